/** What is said of a result in English, in the EHR and on paper alike: plain words that claim nothing. */
import type { CovidClass } from './types.ts';

export const patternStatements: Readonly<Record<CovidClass, string>> = {
  'covid-19': 'imaging pattern most consistent with COVID-19 pneumonia',
  'other-infection': 'imaging pattern most consistent with another pulmonary infection',
  'no-imaging-signs': 'no imaging signs of pulmonary infection',
};

export const notVerified = 'Preliminary, made by software, not verified by a radiologist.';

export const noClinicalValidity =
  'The models were trained on generated phantoms and have no clinical validity.';

/** Whether any model was: then nothing clinical can be said of a result. */
export function areTrainedOnPhantoms(models: readonly { readonly trainingData: string }[]): boolean {
  return models.some(({ trainingData }) => /phantom/i.test(trainingData));
}

/** What stands where there is place for a few words only: in a list of segments, at the top of a tree. */
export const shortStatus = 'AI, not verified, research use';
