import { readZone } from '../date-time-values.ts';
import type { Dataset } from '../write/dataset.ts';
import { coded, codes } from './codes.ts';
import { lossyCompression, manufacturer, notVerified, softwareVersions } from './common-modules.ts';
import { dateAndTime } from './date-and-time.ts';
import { madeObject } from './made-object.ts';
import type { MadeObject, ObjectFacts } from './object-facts.ts';
import { imageReference, referencedSeries, sourceInstances, sourceReferences } from './source-references.ts';

/** Secondary Capture Image Storage (PS3.4 B.5). */
const secondaryCaptureStorage = '1.2.840.10008.5.1.4.1.1.7';

/** A picture of the report. */
export interface CapturedPicture {
  readonly name: string;
  readonly caption: string;
  readonly width: number;
  readonly height: number;
  /** RGB, three bytes a pixel, rows from top to bottom. */
  readonly data: Uint8Array;
  /** Where its rows and its columns run to in the patient (PS3.3 C.7.6.1.1.1); none of a figure. */
  readonly orientation: readonly [row: string, column: string] | undefined;
  /** Index z of the slice that it shows, where it shows one. */
  readonly slice?: number;
  /** Where it is a plane of the volume. */
  readonly plane?: CapturedPlane;
}

export interface CapturedPlane {
  /** Axis of the patient (LPS) that it is cut across, and where its middle lies there. */
  readonly axis: 'x' | 'y' | 'z';
  readonly positionMm: number;
  /** Of the picture: as much down as to the right. */
  readonly mmPerPixel: number;
}

/**
 * The pictures as one series of colour Secondary Captures (PS3.3 A.8.1). [ours] One object a picture: each has a size and
 * a caption of its own, and every viewer shows them. The multi-frame kind (A.8.5.4) wants one size for all, and older
 * viewers do not know it. This class has no frame of reference and no position (A.8.1.3): where a plane lies, its comments
 * say, and its source images.
 */
export function secondaryCaptures(
  facts: ObjectFacts,
  pictures: readonly CapturedPicture[],
): readonly MadeObject[] {
  return pictures.map((picture, index) => secondaryCapture(facts, picture, index + 1));
}

function secondaryCapture(
  facts: ObjectFacts,
  { name, caption, width, height, data, orientation, slice, plane }: CapturedPicture,
  instanceNumber: number,
): MadeObject {
  const { algorithm, context, issuedAt } = facts;
  const { date, time } = dateAndTime(issuedAt, readZone(context.timezoneOffset));
  const source = slice === undefined ? undefined : facts.sources[slice];
  // What shows no one slice was made of all.
  const sources = source === undefined ? sourceReferences(facts) : [imageReference(source)];
  const instance = {
    kind: 'pictures',
    sopClassUid: secondaryCaptureStorage,
    name: `pictures|${name}`,
    instanceNumber,
  } as const;
  const modules: Dataset = {
    BodyPartExamined: 'CHEST',
    // SC Equipment (C.8.6.1), SC Image (C.8.6.2)
    ConversionType: 'WSD',
    SecondaryCaptureDeviceManufacturer: manufacturer,
    SecondaryCaptureDeviceManufacturerModelName: algorithm.name,
    SecondaryCaptureDeviceSoftwareVersions: softwareVersions(facts),
    DateOfSecondaryCapture: date,
    TimeOfSecondaryCapture: time,
    // General Image (C.7.6.1)
    ImageType: ['DERIVED', 'SECONDARY'],
    PatientOrientation: orientation ?? '',
    ImageComments: `${caption}. ${positionText(plane)}${notVerified}.`,
    DerivationDescription: `${caption}, by ${algorithm.name} ${algorithm.version}`,
    // General Reference (C.12.4), Common Instance Reference (C.12.2)
    SourceImageSequence: sources.map((reference) => ({
      ...reference,
      PurposeOfReferenceCodeSequence: [coded(codes.sourceImage)],
    })),
    ReferencedSeriesSequence: referencedSeries(
      facts,
      source === undefined ? sourceInstances(facts) : [source],
    ),
    // Side marks and a scale, but nobody's name.
    BurnedInAnnotation: 'NO',
    RecognizableVisualFeatures: 'NO',
    ...lossyCompression(facts),
    ...pixelSpacing(plane),
    // Image Pixel (C.7.6.3)
    SamplesPerPixel: 3,
    PhotometricInterpretation: 'RGB',
    PlanarConfiguration: 0,
    Rows: height,
    Columns: width,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  };
  return madeObject(facts, instance, modules, data);
}

function positionText(plane: CapturedPlane | undefined): string {
  if (plane === undefined) return '';
  return `Plane at ${plane.axis} = ${plane.positionMm.toFixed(1)} mm in the coordinates of the images. `;
}

/** So that a viewer measures (Basic Pixel Spacing Calibration, 10.7); a rendering and a figure have no scale. */
function pixelSpacing(plane: CapturedPlane | undefined): Dataset {
  if (plane === undefined) return {};
  return {
    PixelSpacing: [plane.mmPerPixel, plane.mmPerPixel],
    PixelSpacingCalibrationType: 'GEOMETRY',
    PixelSpacingCalibrationDescription: 'Plane of the CT volume, by the pixel spacing of its images',
  };
}
