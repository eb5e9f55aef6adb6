import type { PhantomOptions } from './generate-phantom.ts';
import type { PhantomSeriesHeader, PhantomStudyHeader } from './phantom-header.ts';
import { phantomUid } from './phantom-uid.ts';

/** The phantom of the demo. Another seed is another patient: regenerate the files when this changes. */
export const demoPhantom: PhantomOptions = {
  seed: 1,
  shape: [116, 256, 256],
  spacingMm: [2.5, 1.4, 1.4],
  pathology: 'covid-19',
};

const uid = (role: string) => phantomUid(`demo study of seed ${demoPhantom.seed}: ${role}`);

export const demoStudyHeader: PhantomStudyHeader = {
  patient: {
    name: 'PHANTOM^DEMO',
    id: 'PHANTOM-DEMO-1',
    issuer: 'LOBAR-DEMO',
    birthDate: '19690512',
    sex: 'O',
    age: '057Y',
  },
  studyInstanceUid: uid('study'),
  frameOfReferenceUid: uid('frame of reference'),
  date: '20261102',
  time: '091500',
  timezone: '+0100',
  accessionNumber: 'DEMO-0001',
  description: 'CT CHEST PHANTOM',
};

/** The chest series is the one to be analysed; the other two are there to be refused. */
export const demoSeriesHeaders = {
  localizer: {
    seriesInstanceUid: uid('localizer'),
    number: 1,
    description: 'PHANTOM localizer',
    kind: 'LOCALIZER',
    convolutionKernel: 'STANDARD',
  },
  chest: {
    seriesInstanceUid: uid('chest'),
    number: 2,
    description: 'PHANTOM chest 2.5 mm lung',
    kind: 'AXIAL',
    convolutionKernel: 'LUNG',
    sliceThicknessMm: 2.5,
  },
  thick: {
    seriesInstanceUid: uid('thick'),
    number: 3,
    description: 'PHANTOM chest 5 mm soft tissue',
    kind: 'AXIAL',
    convolutionKernel: 'STANDARD',
    sliceThicknessMm: 5,
  },
} as const satisfies Record<string, PhantomSeriesHeader>;

/** Folders of the series below the study's. */
export const demoSeriesFolders = { localizer: '1-localizer', chest: '2-chest', thick: '3-thick' } as const;
