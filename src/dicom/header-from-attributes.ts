import { LobarError } from '../errors.ts';
import { withoutPadding } from '../uid.ts';
import { AttributeValues, present } from './attribute-values.ts';
import { type Attribute, type AttributeReader, attributes } from './attributes.ts';
import { readDateTime, readZone } from './date-time-values.ts';
import type { AcquisitionTime, InstanceHeader } from './instance-header.ts';
import { sliceFields } from './slice-fields.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

/**
 * Builds the header from whatever can give attribute values: bytes or DICOM JSON.
 *
 * A number that cannot be read counts as absent: eligibility and ingest then refuse by what is missing.
 * Errors: `dicom-invalid` (no SOPInstanceUID, a UID that is none).
 */
export function headerFromAttributes(read: AttributeReader): InstanceHeader {
  const values = new AttributeValues(read);
  // De-identified files sometimes keep their UIDs in the file meta information only (PS3.10 7.1).
  const sopInstanceUid =
    values.uid(attributes.sopInstanceUid) ?? values.uid(attributes.mediaStorageSopInstanceUid);
  if (sopInstanceUid === undefined) {
    throw new LobarError('dicom-invalid', { problem: 'it has no SOPInstanceUID (0008,0018)' });
  }
  return headerOf(read, sopInstanceUid);
}

/**
 * The same for a series of which no instance is known yet: its SOPInstanceUID is empty, and what only
 * instances say is absent.
 */
export function seriesHeaderFromAttributes(read: AttributeReader): InstanceHeader {
  return headerOf(read, '');
}

function headerOf(read: AttributeReader, sopInstanceUid: string): InstanceHeader {
  const values = new AttributeValues(read);
  const pixelRepresentation = values.number(attributes.pixelRepresentation) === 1 ? 1 : 0;
  const bitsAllocated = values.count(attributes.bitsAllocated);
  const padding = (attribute: Attribute) =>
    inRepresentation(values.number(attribute), bitsAllocated, pixelRepresentation);

  return {
    sopInstanceUid,
    sopClassUid: values.uid(attributes.sopClassUid) ?? values.uid(attributes.mediaStorageSopClassUid) ?? '',
    studyInstanceUid: values.uid(attributes.studyInstanceUid) ?? '',
    seriesInstanceUid: values.uid(attributes.seriesInstanceUid) ?? '',
    modality: values.text(attributes.modality) ?? '',
    imageType: [],
    rows: values.count(attributes.rows),
    columns: values.count(attributes.columns),
    numberOfFrames: values.number(attributes.numberOfFrames) ?? 1,
    frameNumber: 1,
    samplesPerPixel: values.count(attributes.samplesPerPixel),
    photometricInterpretation: values.text(attributes.photometricInterpretation) ?? '',
    bitsAllocated,
    bitsStored: values.count(attributes.bitsStored),
    highBit: values.count(attributes.highBit),
    pixelRepresentation,
    patient: present({
      id: values.text(attributes.patientId),
      issuerOfId: values.text(attributes.issuerOfPatientId),
      birthDate: values.date(attributes.patientBirthDate),
      sex: values.text(attributes.patientSex),
      age: values.text(attributes.patientAge),
    }),
    ...sliceFields(read),
    ...present({
      transferSyntaxUid: values.uid(attributes.transferSyntaxUid) ?? availableSyntax(values),
      frameOfReferenceUid: withoutPadding(values.text(attributes.frameOfReferenceUid) ?? '') || undefined,
      pixelPaddingValue: padding(attributes.pixelPaddingValue),
      pixelPaddingRangeLimit: padding(attributes.pixelPaddingRangeLimit),
      seriesNumber: values.number(attributes.seriesNumber),
      seriesDescription: values.text(attributes.seriesDescription),
      studyDescription: values.text(attributes.studyDescription),
      protocolName: values.text(attributes.protocolName),
      bodyPartExamined: values.text(attributes.bodyPartExamined),
      manufacturer: values.text(attributes.manufacturer),
      accessionNumber: values.text(attributes.accessionNumber),
      studyDate: values.date(attributes.studyDate),
      acquiredAt: acquisitionTime(values),
    }),
  };
}

/** Of the transfer syntaxes that a PACS can send an instance in, the first that is read. */
function availableSyntax(values: AttributeValues): string | undefined {
  const uids = values.uids(attributes.availableTransferSyntaxUid);
  return uids.find((uid) => transferSyntax(uid)?.coding !== undefined) ?? uids[0];
}

/** The most exact of what the instance says: acquisition, else series, else study. */
function acquisitionTime(values: AttributeValues): AcquisitionTime | undefined {
  const timezoneOffset = readZone(values.text(attributes.timezoneOffset));
  const exact = readDateTime(values.text(attributes.acquisitionDateTime), timezoneOffset);
  if (exact?.time !== undefined) return exact;
  const pairs = [
    [attributes.acquisitionDate, attributes.acquisitionTime],
    [attributes.seriesDate, attributes.seriesTime],
    [attributes.studyDate, attributes.studyTime],
  ] as const;
  for (const [dateAttribute, timeAttribute] of pairs) {
    const date = values.date(dateAttribute);
    if (date !== undefined) return { date, ...present({ time: values.time(timeAttribute), timezoneOffset }) };
  }
  return exact;
}

/** Padding values are written as US or SS; writers mix the two up, the bits are what counts. */
function inRepresentation(
  value: number | undefined,
  bitsAllocated: number,
  pixelRepresentation: 0 | 1,
): number | undefined {
  if (value === undefined || !Number.isInteger(value)) return undefined;
  const range = 2 ** (bitsAllocated || 16);
  const unsigned = ((value % range) + range) % range;
  return pixelRepresentation === 1 && unsigned >= range / 2 ? unsigned - range : unsigned;
}
