import type { LimitsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { takingTurns } from '../event-loop-turns.ts';
import { within } from '../over-limit.ts';
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
  attributes.ctXRayDetails,
  attributes.cardiacSynchronization,
  attributes.perFrameConvertedAttributes,
  attributes.sharedConvertedAttributes,
];

/**
 * One header a frame of an object, in stored order: what its functional groups say (PS3.3 C.7.6.16) laid over
 * what all frames share, and that over the object's own. An object without a group a frame is one header, its
 * own, whatever its number of frames; of several it has no position, for it is not that of each.
 *
 * Errors: `limit-exceeded`, and `dicom-invalid` where the groups are not one a frame, which shows at the end.
 */
export function* frameHeaders(
  header: InstanceHeader,
  read: AttributeReader,
  limits: Pick<LimitsConfig, 'frames'>,
): Generator<InstanceHeader> {
  const { numberOfFrames, sopInstanceUid } = header;
  within('frames', numberOfFrames, limits, 'frames', { sopInstanceUid });
  const shared = first(read.items(attributes.sharedFunctionalGroups));
  const common = shared === undefined ? header : { ...header, ...groupFields(shared, header) };
  let frameNumber = 0;
  for (const item of read.items(attributes.perFrameFunctionalGroups)) {
    frameNumber += 1;
    // Not counted to the end: there may be a million of them.
    if (frameNumber > numberOfFrames) throw wrongNumber(sopInstanceUid);
    yield { ...common, ...groupFields(item, common), frameNumber };
  }
  if (frameNumber === 0) yield numberOfFrames === 1 ? common : withoutPosition(common);
  else if (frameNumber !== numberOfFrames) throw wrongNumber(sopInstanceUid);
}

/** All of them, with turns of the event loop in between: thousands take a tenth of a second. */
export async function allFrames(frames: Iterable<InstanceHeader>): Promise<readonly InstanceHeader[]> {
  const all: InstanceHeader[] = [];
  const turn = takingTurns();
  for (const frame of frames) {
    all.push(frame);
    await turn();
  }
  return all;
}

function withoutPosition({ imagePositionPatient: _, ...rest }: InstanceHeader): InstanceHeader {
  return rest;
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
