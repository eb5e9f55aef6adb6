import { LobarError } from '../errors.ts';
import { AttributeValues, present } from './attribute-values.ts';
import { type Attribute, type AttributeReader, attributes } from './attributes.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type SliceFields, sliceFields } from './slice-fields.ts';

/**
 * Functional groups of a CT frame (PS3.3 A.38.1.4, A.70.1.3). Each has one item, and no attribute is in two
 * of them; the attributes that a conversion had no group for come last.
 */
const groups: readonly Attribute[] = [
  attributes.pixelMeasures,
  attributes.planePosition,
  attributes.planeOrientation,
  attributes.pixelValueTransformation,
  attributes.frameContent,
  attributes.ctImageFrameType,
  attributes.ctAcquisitionDetails,
  attributes.ctReconstruction,
  attributes.perFrameConvertedAttributes,
  attributes.sharedConvertedAttributes,
];

/**
 * One header a frame of an object, in stored order: what its functional groups say (PS3.3 C.7.6.16) laid over
 * what all frames share, and that over the object's own. An object without a group a frame is one header, its
 * own, whatever its number of frames.
 *
 * Errors: `dicom-invalid` where the groups are not one a frame.
 */
export function frameHeaders(header: InstanceHeader, read: AttributeReader): readonly InstanceHeader[] {
  const { numberOfFrames, sopInstanceUid } = header;
  const [shared] = read.items(attributes.sharedFunctionalGroups);
  const common = shared === undefined ? header : { ...header, ...groupFields(shared, header) };
  const frames: InstanceHeader[] = [];
  for (const item of read.items(attributes.perFrameFunctionalGroups)) {
    const frameNumber = frames.length + 1;
    // Not counted to the end: there may be a million of them.
    if (frameNumber > numberOfFrames) throw wrongNumber(sopInstanceUid);
    frames.push({ ...common, ...groupFields(item, common), frameNumber });
  }
  if (frames.length === 0) return [common];
  if (frames.length !== numberOfFrames) throw wrongNumber(sopInstanceUid);
  return frames;
}

function wrongNumber(sopInstanceUid: string): LobarError {
  return new LobarError(
    'dicom-invalid',
    { problem: 'its functional groups (5200,9230) are not as many as its NumberOfFrames (0028,0008)' },
    { details: { sopInstanceUid } },
  );
}

function groupFields(
  item: AttributeReader,
  { bodyPartExamined }: InstanceHeader,
): SliceFields & Pick<InstanceHeader, 'bodyPartExamined'> {
  const fields = sliceFields(flattened(item));
  return { ...fields, ...present({ bodyPartExamined: bodyPartExamined ?? anatomicRegion(item) }) };
}

/** The groups of a frame, read as if their attributes stood in one data set. */
function flattened(item: AttributeReader): AttributeReader {
  const readers = groups.flatMap((group) => first(item.items(group)) ?? []);
  return {
    values(attribute) {
      for (const reader of readers) {
        const values = reader.values(attribute);
        if (values.length > 0) return values;
      }
      return [];
    },
    items: () => [],
  };
}

/** [ours] Such objects seldom have a BodyPartExamined: the meaning of the region's code stands for it. */
function anatomicRegion(item: AttributeReader): string | undefined {
  const region = first(first(item.items(attributes.frameAnatomy))?.items(attributes.anatomicRegion) ?? []);
  return region === undefined ? undefined : new AttributeValues(region).text(attributes.codeMeaning);
}

function first<T>([item]: Iterable<T>): T | undefined {
  return item;
}
