/**
 * Every code in what is stored into a PACS (PS3.16). What no standard defines lies in the private scheme 99LOBAR, whose
 * codes are those of the code system that Lobar publishes in FHIR, with the same meanings; a test compares them.
 */
import { resultCodes } from '../../pipeline/result-codes.ts';
import type { Lobe } from '../../pipeline/types.ts';
import type { Dataset } from '../write/dataset.ts';

export interface Code {
  readonly value: string;
  /** Coding Scheme Designator (PS3.16 8). */
  readonly scheme: 'DCM' | 'SCT' | 'LN' | 'UCUM' | 'RFC5646' | typeof localScheme;
  readonly meaning: string;
}

export const localScheme = '99LOBAR';

const dcm = (value: string, meaning: string): Code => ({ value, scheme: 'DCM', meaning });
const sct = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning });
const ucum = (value: string, meaning: string): Code => ({ value, scheme: 'UCUM', meaning });

// biome-ignore format: a table reads best with one row a code
export const codes = {
  // Objects and how they were made: CID 7005, 7021, 7162, 7202, 7203
  processingEquipment: dcm('109102', 'Processing Equipment'),
  imagingMeasurementReport: dcm('126000', 'Imaging Measurement Report'),
  artificialIntelligence: dcm('123110', 'Artificial Intelligence'),
  sourceImage: dcm('121322', 'Source image for image processing operation'),
  segmentation: dcm('113076', 'Segmentation'),
  ctChest: { value: '24627-2', scheme: 'LN', meaning: 'CT Chest' },
  // Segments: CID 7150, 6104, 4031
  anatomicalStructure: sct('91723000', 'Anatomical Structure'),
  abnormalStructure: sct('49755003', 'Morphologically Abnormal Structure'),
  opacity: dcm('112001', 'Opacity'),
  lung: sct('39607008', 'Lung'),
  // Structured report: TID 1204, 1002, 1004, 1500, 1501, 1411, 1419, 1602, 1604, 4019, 4108; CID 244
  language: dcm('121049', 'Language of Content Item and Descendants'),
  english: { value: 'en', scheme: 'RFC5646', meaning: 'English' },
  observerType: dcm('121005', 'Observer Type'),
  device: dcm('121007', 'Device'),
  deviceUid: dcm('121012', 'Device Observer UID'),
  deviceName: dcm('121013', 'Device Observer Name'),
  deviceManufacturer: dcm('121014', 'Device Observer Manufacturer'),
  deviceModel: dcm('121015', 'Device Observer Model Name'),
  deviceSerialNumber: dcm('121016', 'Device Observer Serial Number'),
  procedureReported: dcm('121058', 'Procedure reported'),
  imageLibrary: dcm('111028', 'Image Library'),
  imageLibraryGroup: dcm('126200', 'Image Library Group'),
  modality: dcm('121139', 'Modality'),
  computedTomography: dcm('CT', 'Computed Tomography'),
  frameOfReference: dcm('112227', 'Frame of Reference UID'),
  rows: dcm('110910', 'Pixel Data Rows'),
  columns: dcm('110911', 'Pixel Data Columns'),
  horizontalSpacing: dcm('111026', 'Horizontal Pixel Spacing'),
  verticalSpacing: dcm('111066', 'Vertical Pixel Spacing'),
  sliceSpacing: dcm('112226', 'Spacing between slices'),
  imagingMeasurements: dcm('126010', 'Imaging Measurements'),
  measurementGroup: dcm('125007', 'Measurement Group'),
  trackingIdentifier: dcm('112039', 'Tracking Identifier'),
  trackingUid: dcm('112040', 'Tracking Unique Identifier'),
  comment: dcm('121106', 'Comment'),
  finding: dcm('121071', 'Finding'),
  findingSite: sct('363698007', 'Finding Site'),
  laterality: sct('272741003', 'Laterality'),
  right: sct('24028007', 'Right'),
  left: sct('7771000', 'Left'),
  bilateral: sct('51440002', 'Bilateral'),
  referencedSegment: dcm('121191', 'Referenced Segment'),
  sourceSeries: dcm('121232', 'Source series for segmentation'),
  algorithmName: dcm('111001', 'Algorithm Name'),
  algorithmVersion: dcm('111003', 'Algorithm Version'),
  algorithmParameters: dcm('111002', 'Algorithm Parameters'),
  algorithmManufacturer: dcm('122405', 'Algorithm Manufacturer'),
  // Units
  percent: ucum('%', 'Percent'),
  noUnits: ucum('1', 'no units'),
  score: ucum('{score}', 'score'),
  millilitre: ucum('mL', 'mL'),
  millimetre: ucum('mm', 'mm'),
  pixels: ucum('{pixels}', 'Pixels'),
} as const satisfies Readonly<Record<string, Code>>;

/** The lobes as CID 7155 would say them with a laterality, in one code each. Public tables often swap them. */
// biome-ignore format: a table reads best with one row a code
export const lobeCodes: Readonly<Record<Lobe, Code>> = {
  RUL: sct('42400003', 'Upper lobe of right lung'),
  RML: sct('72481006', 'Middle lobe of right lung'),
  RLL: sct('266005', 'Lower lobe of right lung'),
  LUL: sct('44714003', 'Upper lobe of left lung'),
  LLL: sct('41224006', 'Lower lobe of left lung'),
};

/** As the code system in FHIR says them; a Code Meaning has 64 characters at most (PS3.5 6.2, LO). */
const localMeanings = {
  ...resultCodes,
  'pattern-other-infection': 'Imaging pattern most consistent with other pulmonary infection',
} as const;
export type LocalCode = keyof typeof localMeanings;
export const localCodes = Object.keys(localMeanings) as readonly LocalCode[];

export function localCode(value: LocalCode): Code {
  return { value, scheme: localScheme, meaning: localMeanings[value] };
}

/** A code as an item of a sequence (PS3.3 8.8): one of more than 16 characters is a Long Code Value. */
export function coded({ value, scheme, meaning }: Code): Dataset {
  return {
    ...(value.length > 16 ? { LongCodeValue: value } : { CodeValue: value }),
    CodingSchemeDesignator: scheme,
    CodeMeaning: meaning,
  };
}

/** What the private scheme is (PS3.3 C.12.1.1.7). */
export const codingSchemes: readonly Dataset[] = [
  {
    CodingSchemeDesignator: localScheme,
    CodingSchemeName: 'Lobar chest CT: the codes of CodeSystem/lobar-ct-chest in FHIR',
    CodingSchemeResponsibleOrganization: 'Lobar',
  },
];
