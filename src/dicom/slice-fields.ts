import { AttributeValues, present } from './attribute-values.ts';
import { type Attribute, type AttributeReader, attributes } from './attributes.ts';
import type { ImageOrientation } from './instance-header.ts';

/** What each frame of an object may say for itself; only what is said. */
export type SliceFields = ReturnType<typeof sliceFields>;

/** Reads what says where an image lies and what its values are: of an instance, or of a frame alone. */
export function sliceFields(read: AttributeReader) {
  const values = new AttributeValues(read);
  return present({
    imageType: nonEmpty(values.texts(attributes.frameType)) ?? nonEmpty(values.texts(attributes.imageType)),
    rescaleSlope: values.number(attributes.rescaleSlope),
    rescaleIntercept: values.number(attributes.rescaleIntercept),
    rescaleType: values.text(attributes.rescaleType),
    imagePositionPatient: values.vector(attributes.imagePositionPatient),
    imageOrientationPatient: orientation(values),
    pixelSpacingMm: pixelSpacing(values),
    sliceThicknessMm: values.positive(attributes.sliceThickness),
    gantryTiltDegrees: values.number(attributes.gantryTilt),
    instanceNumber: values.number(attributes.instanceNumber),
    acquisitionNumber:
      values.number(attributes.frameAcquisitionNumber) ?? values.number(attributes.acquisitionNumber),
    stackId: values.text(attributes.stackId),
    temporalPositionIndex: values.number(attributes.temporalPositionIndex),
    temporalPositionIdentifier: values.number(attributes.temporalPositionIdentifier),
    cardiacPhasePercent: values.number(attributes.cardiacPhase),
    triggerTimeMs: values.number(attributes.triggerTime),
    kvp: values.number(attributes.kvp),
    scannedAt: scannedAt(values),
    convolutionKernel: nonEmpty(values.texts(attributes.convolutionKernel)),
  });
}

/**
 * Of the frame, else of the image. AcquisitionDateTime comes last: in many scans it is the start of the whole, and
 * one for all images. Cut to the length of a DT (PS3.5 6.2).
 */
function scannedAt(values: AttributeValues): string | undefined {
  const time = values.time(attributes.acquisitionTime);
  const ofImage = time === undefined ? undefined : `${values.date(attributes.acquisitionDate) ?? ''}${time}`;
  const dateTime = (attribute: Attribute) => values.text(attribute)?.slice(0, 26);
  return dateTime(attributes.frameAcquisitionDateTime) ?? ofImage ?? dateTime(attributes.acquisitionDateTime);
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

function nonEmpty<T>(items: readonly T[]): readonly T[] | undefined {
  return items.length > 0 ? items : undefined;
}
