import type { Dataset } from '../../write/dataset.ts';
import { tagNumber } from '../../write/written-attributes.ts';
import { coded, codes } from '../codes.ts';
import { lossyCompression, notVerified } from '../common-modules.ts';
import { madeObject } from '../made-object.ts';
import type { MadeObject, ObjectFacts } from '../object-facts.ts';
import { objectUid } from '../object-uid.ts';
import { imageReference, referencedSeries, sourceInstances } from '../source-references.ts';
import { framePositions, isAsStored } from './frame-positions.ts';
import type { PackedSegments } from './pack-segments.ts';
import { segmentSequence } from './segments.ts';

/** Segmentation Storage (PS3.4 B.5). */
export const segmentationStorage = '1.2.840.10008.5.1.4.1.1.66.4';

export function segmentationUid({ runKey }: Pick<ObjectFacts, 'runKey'>): string {
  return objectUid(runKey, 'seg');
}

/**
 * The lobes and the opacities as a binary segmentation (PS3.3 A.51) on the volume's own grid: its rows run to the
 * patient's left and its columns to the back, whatever way those of the images do. Explicit little endian.
 */
export function segmentationObject(facts: ObjectFacts, segments: PackedSegments): MadeObject {
  const { context, runKey, grid, algorithm } = facts;
  const [, rows, columns] = grid.shape;
  const dimensions = objectUid(runKey, 'seg|dimensions');
  const instance = { kind: 'seg', sopClassUid: segmentationStorage, name: 'seg', instanceNumber: 1 } as const;
  const modules: Dataset = {
    // Frame of Reference (C.7.4.1): one of its own where the images do not say.
    FrameOfReferenceUID: context.frameOfReferenceUid ?? objectUid(runKey, 'frame-of-reference'),
    PositionReferenceIndicator: context.positionReferenceIndicator ?? '',
    // Segmentation Image (C.8.20.2)
    ImageType: ['DERIVED', 'PRIMARY'],
    ContentLabel: 'LOBAR_LUNGS',
    ContentDescription: notVerified,
    ContentCreatorName: '',
    DerivationDescription: `Lobes and opacities, by ${algorithm.name} ${algorithm.version}. ${notVerified}.`,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: segments.frames.length,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 1,
    BitsStored: 1,
    HighBit: 0,
    PixelRepresentation: 0,
    BurnedInAnnotation: 'NO',
    ...lossyCompression(facts),
    SegmentationType: 'BINARY',
    // Opacities lie in lobes.
    SegmentsOverlap: 'YES',
    SegmentSequence: segmentSequence(facts),
    // Common Instance Reference (C.12.2)
    ReferencedSeriesSequence: referencedSeries(facts, sourceInstances(facts)),
    // Multi-frame Dimension (C.7.6.17): by segment, then by position
    DimensionOrganizationSequence: [{ DimensionOrganizationUID: dimensions }],
    DimensionIndexSequence: [
      {
        DimensionOrganizationUID: dimensions,
        DimensionIndexPointer: tagNumber('ReferencedSegmentNumber'),
        FunctionalGroupPointer: tagNumber('SegmentIdentificationSequence'),
        DimensionDescriptionLabel: 'Segment',
      },
      {
        DimensionOrganizationUID: dimensions,
        DimensionIndexPointer: tagNumber('ImagePositionPatient'),
        FunctionalGroupPointer: tagNumber('PlanePositionSequence'),
        DimensionDescriptionLabel: 'Position',
      },
    ],
    SharedFunctionalGroupsSequence: [sharedGroups(facts)],
    PerFrameFunctionalGroupsSequence: frameGroups(facts, segments),
  };
  return madeObject(facts, instance, modules, segments.bits);
}

/** Pixel Measures and Plane Orientation (C.7.6.16.2.1, C.7.6.16.2.4). */
function sharedGroups({ grid: { spacingMm, direction } }: ObjectFacts): Dataset {
  const [z, y, x] = spacingMm;
  return {
    PixelMeasuresSequence: [{ SliceThickness: z, SpacingBetweenSlices: z, PixelSpacing: [y, x] }],
    PlaneOrientationSequence: [{ ImageOrientationPatient: [...direction.x, ...direction.y] }],
  };
}

/** Frame Content, Plane Position, Derivation Image, Segment Identification (C.7.6.16.2, C.8.20.3). */
function frameGroups(facts: ObjectFacts, { frames }: PackedSegments): readonly Dataset[] {
  const positions = framePositions(facts);
  // Indices count the positions that have a frame (C.7.6.17.1).
  const held = [...new Set(frames.map(({ slice }) => slice))].sort((a, b) => a - b);
  const use = {
    PurposeOfReferenceCodeSequence: [coded(codes.sourceImage)],
    // Of a frame that is turned neither of the other values is right (C.7.6.16.2.6).
    SpatialLocationsPreserved: isAsStored(facts) ? 'YES' : undefined,
  };
  const indices = new Map(held.map((slice, index) => [slice, index + 1]));
  return frames.map(({ segment, slice }) => {
    return {
      FrameContentSequence: [{ DimensionIndexValues: [segment, indices.get(slice) as number] }],
      PlanePositionSequence: [{ ImagePositionPatient: positions[slice] ?? [] }],
      DerivationImageSequence: [
        {
          SourceImageSequence: [facts.sources[slice]]
            .filter((source) => source !== undefined)
            .map((source) => ({ ...imageReference(source), ...use })),
          DerivationCodeSequence: [coded(codes.segmentation)],
        },
      ],
      SegmentIdentificationSequence: [{ ReferencedSegmentNumber: segment }],
    };
  });
}
