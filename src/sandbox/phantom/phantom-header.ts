import { sopClasses } from '../../dicom/uids.ts';
import type { DicomElement } from '../../dicom/write/dicom-elements.ts';

/** Dates as YYYYMMDD, times as HHMMSS, the zone as +HHMM (PS3.5 6.2). */
export interface PhantomStudyHeader {
  readonly patient: {
    readonly name: string;
    readonly id: string;
    readonly issuer: string;
    readonly birthDate: string;
    readonly sex: 'F' | 'M' | 'O';
    /** Age at the study, such as 057Y. */
    readonly age: string;
  };
  readonly studyInstanceUid: string;
  readonly frameOfReferenceUid: string;
  readonly date: string;
  readonly time: string;
  readonly timezone: string;
  readonly accessionNumber: string;
  readonly description: string;
}

export interface PhantomSeriesHeader {
  readonly seriesInstanceUid: string;
  readonly number: number;
  readonly description: string;
  /** Third value of ImageType (PS3.3 C.8.2.1.1.1). */
  readonly kind: 'AXIAL' | 'LOCALIZER';
  readonly convolutionKernel: string;
  /** Undefined where it means nothing: projections. */
  readonly sliceThicknessMm?: number;
}

/** Where one image lies, PS3.3 C.7.6.2; mm in the patient's frame. */
export interface PhantomImageHeader {
  readonly sopInstanceUid: string;
  readonly number: number;
  readonly rows: number;
  readonly columns: number;
  readonly position: readonly number[];
  readonly orientation: readonly number[];
  /** Between rows, then between columns. */
  readonly pixelSpacing: readonly [number, number];
}

/** Added to HU before they are stored, so that air is not negative. */
export const storedOffset = 1024;

/** Decimal strings hold at most 16 characters (PS3.5 6.2); a micrometre is fine enough. */
const decimals = (values: readonly number[]) =>
  values.map((value) => String(Math.round(value * 1000) / 1000));

const patientOfStudy = ({ patient, ...study }: PhantomStudyHeader): DicomElement[] => [
  { tag: '00080005', vr: 'CS', value: 'ISO_IR 192' },
  { tag: '00080201', vr: 'SH', value: study.timezone },
  { tag: '00100010', vr: 'PN', value: patient.name },
  { tag: '00100020', vr: 'LO', value: patient.id },
  { tag: '00100021', vr: 'LO', value: patient.issuer },
  { tag: '00100030', vr: 'DA', value: patient.birthDate },
  { tag: '00100040', vr: 'CS', value: patient.sex },
  { tag: '00101010', vr: 'AS', value: patient.age },
  { tag: '00104000', vr: 'LT', value: 'Synthetic phantom made by software. No patient.' },
  { tag: '00080020', vr: 'DA', value: study.date },
  { tag: '00080030', vr: 'TM', value: study.time },
  { tag: '00080050', vr: 'SH', value: study.accessionNumber },
  { tag: '00080090', vr: 'PN', value: '' },
  { tag: '00081030', vr: 'LO', value: study.description },
  { tag: '0020000d', vr: 'UI', value: study.studyInstanceUid },
  { tag: '00200010', vr: 'SH', value: '1' },
  { tag: '00200052', vr: 'UI', value: study.frameOfReferenceUid },
  { tag: '00201040', vr: 'LO', value: '' },
];

const seriesAndEquipment = (study: PhantomStudyHeader, series: PhantomSeriesHeader): DicomElement[] => [
  { tag: '00080060', vr: 'CS', value: 'CT' },
  { tag: '0020000e', vr: 'UI', value: series.seriesInstanceUid },
  { tag: '00200011', vr: 'IS', value: String(series.number) },
  { tag: '00080021', vr: 'DA', value: study.date },
  { tag: '00080031', vr: 'TM', value: study.time },
  { tag: '0008103e', vr: 'LO', value: series.description },
  { tag: '00180015', vr: 'CS', value: 'CHEST' },
  { tag: '00181030', vr: 'LO', value: 'PHANTOM CHEST' },
  { tag: '00185100', vr: 'CS', value: 'HFS' },
  { tag: '00080070', vr: 'LO', value: 'Lobar' },
  { tag: '00081090', vr: 'LO', value: 'Chest phantom generator' },
  { tag: '00181000', vr: 'LO', value: '0' },
  { tag: '00181020', vr: 'LO', value: '1' },
];

const imageOfSeries = (
  study: PhantomStudyHeader,
  series: PhantomSeriesHeader,
  image: PhantomImageHeader,
): DicomElement[] => [
  { tag: '00080016', vr: 'UI', value: sopClasses.ctImage },
  { tag: '00080018', vr: 'UI', value: image.sopInstanceUid },
  { tag: '00080008', vr: 'CS', value: ['ORIGINAL', 'PRIMARY', series.kind] },
  { tag: '00080022', vr: 'DA', value: study.date },
  { tag: '00080023', vr: 'DA', value: study.date },
  { tag: '00080032', vr: 'TM', value: study.time },
  { tag: '00080033', vr: 'TM', value: study.time },
  { tag: '00200012', vr: 'IS', value: '1' },
  { tag: '00200013', vr: 'IS', value: String(image.number) },
  { tag: '00200032', vr: 'DS', value: decimals(image.position) },
  { tag: '00200037', vr: 'DS', value: decimals(image.orientation) },
  { tag: '00204000', vr: 'LT', value: 'Synthetic image of a computed phantom. No patient.' },
  { tag: '00280300', vr: 'CS', value: 'YES' },
  { tag: '00280301', vr: 'CS', value: 'NO' },
  { tag: '00282110', vr: 'CS', value: '00' },
  { tag: '00180050', vr: 'DS', value: decimals([series.sliceThicknessMm].flatMap((mm) => mm ?? [])) },
  { tag: '00180060', vr: 'DS', value: '120' },
  { tag: '00181120', vr: 'DS', value: '0' },
  { tag: '00181210', vr: 'SH', value: series.convolutionKernel },
];

const pixelsOfImage = (image: PhantomImageHeader): DicomElement[] => [
  { tag: '00280002', vr: 'US', value: 1 },
  { tag: '00280004', vr: 'CS', value: 'MONOCHROME2' },
  { tag: '00280010', vr: 'US', value: image.rows },
  { tag: '00280011', vr: 'US', value: image.columns },
  { tag: '00280030', vr: 'DS', value: decimals(image.pixelSpacing) },
  { tag: '00280100', vr: 'US', value: 16 },
  { tag: '00280101', vr: 'US', value: 12 },
  { tag: '00280102', vr: 'US', value: 11 },
  { tag: '00280103', vr: 'US', value: 0 },
  { tag: '00281050', vr: 'DS', value: '-500' },
  { tag: '00281051', vr: 'DS', value: '1500' },
  { tag: '00281052', vr: 'DS', value: String(-storedOffset) },
  { tag: '00281053', vr: 'DS', value: '1' },
];

const rescaledToHu: DicomElement = { tag: '00281054', vr: 'LO', value: 'HU' };

/** The attributes of one CT image (PS3.3 A.3), without its pixel data. */
export function phantomHeader(
  study: PhantomStudyHeader,
  series: PhantomSeriesHeader,
  image: PhantomImageHeader,
): readonly DicomElement[] {
  return [
    ...patientOfStudy(study),
    ...seriesAndEquipment(study, series),
    ...imageOfSeries(study, series, image),
    ...pixelsOfImage(image),
    // dciodvfy wants it only where the pixels are HU of a place, not the mean over a whole body.
    ...(series.kind === 'LOCALIZER' ? [] : [rescaledToHu]),
  ];
}
