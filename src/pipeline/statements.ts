/** What is said of a result in English, in the EHR, on paper and on the page alike: plain words that claim nothing. */
import type { CovidClass, Lobe } from './types.ts';

export const patternStatements: Readonly<Record<CovidClass, string>> = {
  'covid-19': 'imaging pattern most consistent with COVID-19 pneumonia',
  'other-infection': 'imaging pattern most consistent with another pulmonary infection',
  'no-imaging-signs': 'no imaging signs of pulmonary infection',
};

/** Beside a probability, where the whole statement has no place. */
export const classNames: Readonly<Record<CovidClass, string>> = {
  'covid-19': 'COVID-19',
  'other-infection': 'Other infection',
  'no-imaging-signs': 'No imaging signs',
};

export const lobeNames: Readonly<Record<Lobe, string>> = {
  RUL: 'Right upper lobe',
  RML: 'Right middle lobe',
  RLL: 'Right lower lobe',
  LUL: 'Left upper lobe',
  LLL: 'Left lower lobe',
};

/** The scores of a lobe by its involvement (PIPELINE.md 6). */
export const lobeScores =
  '0 none, 1 below 5 %, 2 from 5 to 25 %, 3 above 25 to 50 %, 4 above 50 to 75 %, 5 above 75 %';

export const notVerified = 'Preliminary, made by software, not verified by a radiologist.';

/** The same in one attribute of DICOM, which holds 64 characters (LO, PS3.5 6.2). */
export const notVerifiedInDicom = 'Made by software for research use, not verified by a radiologist';

export const researchUse = 'For research use only.';

export const noClinicalValidity =
  'The models were trained on generated phantoms and have no clinical validity.';

/** Whether any model was: then nothing clinical can be said of a result. */
export function areTrainedOnPhantoms(models: readonly { readonly trainingData: string }[]): boolean {
  return models.some(({ trainingData }) => /phantom/i.test(trainingData));
}

/** What stands where there is place for a few words only: in a list of segments, at the top of a tree. */
export const shortStatus = 'AI, not verified, research use';
