import { entry, exitCode, type None } from './error-entry.ts';

const { inputUnusable, upstreamFailed } = exitCode;

/** Errors of a study and its images: a part of the table in errors.ts. */
// biome-ignore format: a table reads best with one row a code
export const studyErrors = {
  'study-not-found': entry<{ pacs: string; by?: 'accession' }>(404, inputUnusable, 'No such study',
    ({ pacs, by }) => `PACS '${pacs}' holds no ${by === undefined ? 'such study. Check the StudyInstanceUID' : 'study of this accession number. Check the number'} and the PACS name; where it finds no study at all, check that pacs.${pacs}.url ends at its DICOMweb root.`),
  'study-ambiguous': entry<{ pacs: string; count: number }>(422, inputUnusable, 'Several studies match',
    ({ pacs, count }) => `PACS '${pacs}' holds ${count} studies of this accession number. Name the StudyInstanceUID.`),
  'series-not-found': entry<{ pacs: string } | { where: string }>(404, inputUnusable, 'No such series',
    (at) => `${'where' in at ? at.where : `PACS '${at.pacs}'`} holds no such series in this study. Leave 'series' out to let Lobar choose.`),
  'no-images': entry<{ where: string }>(422, inputUnusable, 'No DICOM images',
    ({ where }) => `No DICOM image was found in ${where}. Give DICOM Part 10 files of one chest CT.`),
  'not-eligible': entry<None>(422, inputUnusable, 'Not eligible',
    () => 'No series of the study may be analysed, so there is no document of it; details.reasons says why. Accept: application/json tells the reasons by series.'),
  'several-studies': entry<{ count: number }>(422, inputUnusable, 'More than one study',
    ({ count }) => `The input holds ${count} studies. Give the files of one study at a time.`),
  'several-patients': entry<None>(422, inputUnusable, 'More than one patient',
    () => 'The images of one series name more than one patient. Nothing was analysed. Have the PatientID (and its issuer) corrected at the source.'),
  'not-dicom': entry<{ problem: string }>(422, inputUnusable, 'Not DICOM',
    ({ problem }) => `An object is not a DICOM Part 10 file: ${problem}. Send it again from its source.`),
  'dicom-invalid': entry<{ problem: string }>(422, inputUnusable, 'Malformed DICOM',
    ({ problem }) => `A DICOM instance is malformed: ${problem}. Have its source send it again.`),
  'pixel-data-length': entry<{ expected: number; present: number }>(422, inputUnusable, 'Pixel data of the wrong length',
    ({ expected, present }) => `A DICOM instance declares ${expected} bytes of pixel data but holds ${present}. Have its source send it again.`),
  'pixel-data-unsupported': entry<{ problem: string }>(422, inputUnusable, 'Unsupported pixel data',
    ({ problem }) => `Pixel data that Lobar does not read: ${problem}. Send the original CT images.`),
  'transfer-syntax-unsupported': entry<{ uid: string; name: string; supported: readonly string[] }>(422, inputUnusable, 'Unsupported transfer syntax',
    ({ uid, name, supported }) => `Transfer syntax ${uid} (${name}) is not read. Have the PACS send one of: ${supported.join(', ')}.`),
  'decode-failed': entry<{ syntax: string; problem: string }>(422, inputUnusable, 'Pixel data cannot be decoded',
    ({ syntax, problem }) => `The compressed pixel data (${syntax}) of an instance cannot be decoded: ${problem}. Have its source send it again.`),
  'geometry-inconsistent': entry<{ problem: string }>(422, inputUnusable, 'Slices do not make a volume',
    ({ problem }) => `The slices do not make one volume: ${problem}. Send one axial CT series.`),

  'identity-mismatch': entry<{ what: 'study' | 'series' | 'patient' }>(502, upstreamFailed, 'Not what was asked for',
    ({ what }) => `The instances that arrived are of another ${what} than was asked for. Nothing was analysed. Check the PACS.`),
} as const;
