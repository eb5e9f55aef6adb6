import { LobarError } from '../errors.ts';
import { isUid, withoutPadding } from '../uid.ts';
import type { Vec3 } from '../volume/types.ts';
import { type Attribute, type AttributeReader, attributes } from './attributes.ts';
import { readDate, readDateTime, readTime, readZone } from './date-time-values.ts';
import type { AcquisitionTime, ImageOrientation, InstanceHeader } from './instance-header.ts';

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
  return headerOf(values, sopInstanceUid);
}

/**
 * The same for a series of which no instance is known yet: its SOPInstanceUID is empty, and what only
 * instances say is absent.
 */
export function seriesHeaderFromAttributes(read: AttributeReader): InstanceHeader {
  return headerOf(new AttributeValues(read), '');
}

function headerOf(values: AttributeValues, sopInstanceUid: string): InstanceHeader {
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
    imageType: values.texts(attributes.imageType),
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
    ...present({
      transferSyntaxUid:
        values.uid(attributes.transferSyntaxUid) ?? values.uid(attributes.availableTransferSyntaxUid),
      rescaleSlope: values.number(attributes.rescaleSlope),
      rescaleIntercept: values.number(attributes.rescaleIntercept),
      rescaleType: values.text(attributes.rescaleType),
      pixelPaddingValue: padding(attributes.pixelPaddingValue),
      pixelPaddingRangeLimit: padding(attributes.pixelPaddingRangeLimit),
      imagePositionPatient: values.vector(attributes.imagePositionPatient),
      imageOrientationPatient: orientation(values),
      pixelSpacingMm: pixelSpacing(values),
      sliceThicknessMm: values.positive(attributes.sliceThickness),
      gantryTiltDegrees: values.number(attributes.gantryTilt),
      instanceNumber: values.number(attributes.instanceNumber),
      acquisitionNumber: values.number(attributes.acquisitionNumber),
      seriesNumber: values.number(attributes.seriesNumber),
      seriesDescription: values.text(attributes.seriesDescription),
      studyDescription: values.text(attributes.studyDescription),
      protocolName: values.text(attributes.protocolName),
      bodyPartExamined: values.text(attributes.bodyPartExamined),
      convolutionKernel: nonEmpty(values.texts(attributes.convolutionKernel)),
      manufacturer: values.text(attributes.manufacturer),
      accessionNumber: values.text(attributes.accessionNumber),
      studyDate: values.date(attributes.studyDate),
      acquiredAt: acquisitionTime(values),
    }),
  };
}

/** Typed access to attribute values; everything absent, empty or unreadable is undefined. */
class AttributeValues {
  readonly #read: AttributeReader;

  constructor(read: AttributeReader) {
    this.#read = read;
  }

  texts(attribute: Attribute): readonly string[] {
    return this.#read(attribute).map((value) => String(value).trim());
  }

  text(attribute: Attribute): string | undefined {
    return this.texts(attribute)[0] || undefined;
  }

  numbers(attribute: Attribute): readonly (number | undefined)[] {
    return this.texts(attribute).map((text) => {
      const value = text === '' ? Number.NaN : Number(text);
      return Number.isFinite(value) ? value : undefined;
    });
  }

  number(attribute: Attribute): number | undefined {
    return this.numbers(attribute)[0];
  }

  positive(attribute: Attribute): number | undefined {
    const value = this.number(attribute);
    return value !== undefined && value > 0 ? value : undefined;
  }

  /** A whole number of things; 0 where there is none. */
  count(attribute: Attribute): number {
    const value = this.number(attribute);
    return value !== undefined && Number.isInteger(value) && value > 0 ? value : 0;
  }

  vector(attribute: Attribute): Vec3 | undefined {
    const [x, y, z] = this.numbers(attribute);
    return x === undefined || y === undefined || z === undefined ? undefined : [x, y, z];
  }

  uid(attribute: Attribute): string | undefined {
    const text = withoutPadding(this.text(attribute) ?? '');
    if (text !== '' && !isUid(text)) {
      throw new LobarError('dicom-invalid', { problem: `its ${attribute.keyword} is not a UID` });
    }
    return text || undefined;
  }

  date(attribute: Attribute): string | undefined {
    return readDate(this.text(attribute));
  }

  time(attribute: Attribute): string | undefined {
    return readTime(this.text(attribute));
  }
}

function orientation(values: AttributeValues): ImageOrientation | undefined {
  const [a, b, c, d, e, f] = values.numbers(attributes.imageOrientationPatient);
  const complete =
    a !== undefined &&
    b !== undefined &&
    c !== undefined &&
    d !== undefined &&
    e !== undefined &&
    f !== undefined;
  return complete ? { row: [a, b, c], column: [d, e, f] } : undefined;
}

function pixelSpacing(values: AttributeValues): { row: number; column: number } | undefined {
  const [row = 0, column = 0] = values.numbers(attributes.pixelSpacing);
  return row > 0 && column > 0 ? { row, column } : undefined;
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

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}

/** Leaves out what is undefined, as exact optional properties ask. */
function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
