import { notVerifiedInDicom } from '../../pipeline/statements.ts';
import { readZone } from '../date-time-values.ts';
import type { Dataset } from '../write/dataset.ts';
import { coded, codes } from './codes.ts';
import { dateAndTime, dateTime } from './date-and-time.ts';
import type { ObjectFacts } from './object-facts.ts';
import { objectUid } from './object-uid.ts';

/** What every object says of itself where a text can stand: at most 64 characters. */
export const notVerified = notVerifiedInDicom;
export const manufacturer = 'Lobar';

/** The objects that are made, the series that they are put into, and how these sort behind the images. */
// biome-ignore format: a table reads best with one row an object
export const objectKinds = {
  seg: { modality: 'SEG', seriesNumber: 9001, seriesDescription: 'Lobar lobes and opacities (AI, not verified)' },
  sr: { modality: 'SR', seriesNumber: 9002, seriesDescription: 'Lobar measurements (AI, not verified)' },
  pdf: { modality: 'DOC', seriesNumber: 9003, seriesDescription: 'Lobar report (AI, not verified)' },
  pictures: { modality: 'OT', seriesNumber: 9004, seriesDescription: 'Lobar pictures (AI, not verified)' },
} as const;
export type ObjectKind = keyof typeof objectKinds;

export interface Instance {
  readonly kind: ObjectKind;
  readonly sopClassUid: string;
  /** What tells it from other objects of the same result. */
  readonly name: string;
  readonly instanceNumber: number;
}

/**
 * Patient, General Study, General Series, General Equipment and SOP Common (PS3.3 C.7.1.1, C.7.2, C.7.3.1, C.7.5.1,
 * C.12.1), with the date and the time of the content. Patient and study are those of the images, word by word: they
 * stand beside them in the PACS.
 */
export function commonModules(
  facts: ObjectFacts,
  { kind, sopClassUid, name, instanceNumber }: Instance,
): Dataset {
  const { runKey, issuedAt, context } = facts;
  const { modality, seriesNumber, seriesDescription } = objectKinds[kind];
  const zone = readZone(context.timezoneOffset);
  const { date, time } = dateAndTime(issuedAt, zone);
  return {
    SpecificCharacterSet: 'ISO_IR 192',
    TimezoneOffsetFromUTC: zone,
    SOPClassUID: sopClassUid,
    SOPInstanceUID: objectUid(runKey, name),
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    InstanceNumber: instanceNumber,
    ContentDate: date,
    ContentTime: time,
    ...patientAndStudy(facts),
    Modality: modality,
    SeriesInstanceUID: seriesUid(facts, kind),
    SeriesNumber: seriesNumber,
    SeriesDate: date,
    SeriesTime: time,
    SeriesDescription: seriesDescription,
    ...equipment(facts),
    ContributingEquipmentSequence: [contribution(facts)],
  };
}

/** One series for each kind of object of one result. */
export function seriesUid({ runKey }: Pick<ObjectFacts, 'runKey'>, kind: ObjectKind): string {
  return objectUid(runKey, `series|${kind}`);
}

function patientAndStudy({ context }: ObjectFacts): Dataset {
  return {
    PatientName: context.patientName ?? '',
    PatientID: context.patientId ?? '',
    IssuerOfPatientID: context.issuerOfPatientId,
    PatientBirthDate: context.patientBirthDate ?? '',
    PatientSex: sexOf(context.patientSex),
    PatientAge: ageOf(context.patientAge),
    StudyInstanceUID: context.studyInstanceUid,
    StudyDate: context.studyDate ?? '',
    StudyTime: context.studyTime ?? '',
    StudyID: context.studyId ?? '',
    StudyDescription: context.studyDescription,
    AccessionNumber: context.accessionNumber ?? '',
    ReferringPhysicianName: context.referringPhysicianName ?? '',
  };
}

/** A code has no character set (PS3.5 6.1.2.2): beyond ASCII nobody can repeat it, and nothing is said (type 2). */
function sexOf(text = ''): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : '';
}

/** An age that is none (PS3.5 6.2, AS) would make the whole object one. */
function ageOf(text = ''): string | undefined {
  return /^\d{3}[DWMY]$/.test(text) ? text : undefined;
}

/** Enhanced General Equipment (C.7.5.2), which wants a serial number: it names what ran, models and all. */
function equipment(facts: ObjectFacts) {
  const { algorithm } = facts;
  return {
    Manufacturer: manufacturer,
    ManufacturerModelName: algorithm.name,
    DeviceSerialNumber: deviceUid(facts),
    SoftwareVersions: softwareVersions(facts),
  } satisfies Dataset;
}

/** One for each version of the algorithm and the models that it runs. */
export function deviceUid({ algorithm, models }: Pick<ObjectFacts, 'algorithm' | 'models'>): string {
  const ran = models.map(({ task, name, version, sha256 }) => [task, name, version, sha256]);
  return objectUid(deviceNamespace, JSON.stringify([algorithm.name, algorithm.version, ran]));
}

/** A random UUID. */
const deviceNamespace = '96eb6932-e5e8-4358-a298-87a399b299c1';

export function softwareVersions({ algorithm, models }: Pick<ObjectFacts, 'algorithm' | 'models'>) {
  return [algorithm.version, ...models.map(({ name, version }) => `${name} ${version}`)];
}

/** Who changed what, beside the scanner (C.12.1). */
function contribution(facts: ObjectFacts): Dataset {
  return {
    PurposeOfReferenceCodeSequence: [coded(codes.processingEquipment)],
    ...equipment(facts),
    ContributionDateTime: dateTime(facts.issuedAt),
    ContributionDescription: notVerified,
  };
}

/** Of images that are made of images: what was once compressed with loss stays so (C.7.6.1.1.5). */
export function lossyCompression({ context }: Pick<ObjectFacts, 'context'>) {
  if (context.lossyImageCompression !== '01') return { LossyImageCompression: '00' } satisfies Dataset;
  return {
    LossyImageCompression: '01',
    LossyImageCompressionRatio: context.lossyImageCompressionRatio,
    LossyImageCompressionMethod: context.lossyImageCompressionMethod,
  } satisfies Dataset;
}
