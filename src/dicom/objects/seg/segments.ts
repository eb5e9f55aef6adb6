import { shortStatus } from '../../../pipeline/statements.ts';
import { type Lobe, lobes } from '../../../pipeline/types.ts';
import type { Dataset } from '../../write/dataset.ts';
import { type Code, coded, codes, lobeCodes } from '../codes.ts';
import { manufacturer } from '../common-modules.ts';
import type { ObjectFacts, ObjectModel } from '../object-facts.ts';
import { objectUid } from '../object-uid.ts';
import { cielab } from './cielab.ts';
import { opacitySegment } from './pack-segments.ts';

/** What a segment is: a lobe, or all opacities inside the lungs. */
export type SegmentName = Lobe | 'opacities';
/** In the order of their numbers, which begin at 1. */
export const segmentNames: readonly SegmentName[] = [...lobes, 'opacities'];

interface SegmentKind {
  readonly label: string;
  readonly category: Code;
  readonly type: Code;
  /** The colour in which the report's pictures outline it. */
  readonly colour: readonly [red: number, green: number, blue: number];
  /** Task of the model that found it. */
  readonly task: string;
  /** Where it lies, which a lobe says by its type. */
  readonly region?: Code;
}

const lobe = (name: Lobe, colour: SegmentKind['colour']): SegmentKind => ({
  label: lobeCodes[name].meaning,
  category: codes.anatomicalStructure,
  type: lobeCodes[name],
  colour,
  task: 'lungs-lobes',
});

/** Colours that are told apart by the colour-blind too (Okabe and Ito 2008). */
export const segmentKinds: Readonly<Record<SegmentName, SegmentKind>> = {
  RUL: lobe('RUL', [86, 180, 233]),
  RML: lobe('RML', [240, 228, 66]),
  RLL: lobe('RLL', [0, 158, 115]),
  LUL: lobe('LUL', [0, 114, 178]),
  LLL: lobe('LLL', [204, 121, 167]),
  opacities: {
    label: 'Opacities in both lungs',
    category: codes.abnormalStructure,
    type: codes.opacity,
    colour: [255, 64, 0],
    task: 'opacities',
    region: codes.lung,
  },
};

export function segmentNumber(name: SegmentName): number {
  return name === 'opacities' ? opacitySegment : lobes.indexOf(name) + 1;
}

/** Names what a segment shows, here and in the measurements of it (PS3.3 C.8.20.4, PS3.16 TID 4108). */
export function trackingUid({ runKey }: Pick<ObjectFacts, 'runKey'>, name: string): string {
  return objectUid(runKey, `tracking|${name}`);
}

/** The Segment Sequence (C.8.20.2, C.8.20.4): also a segment that has no frame, as what was looked for and not found. */
export function segmentSequence(facts: ObjectFacts): readonly Dataset[] {
  return segmentNames.map((name) => {
    const { label, category, type, region, colour, task } = segmentKinds[name];
    const model = facts.models.find((one) => one.task === task);
    return {
      SegmentNumber: segmentNumber(name),
      SegmentLabel: label,
      SegmentDescription: shortStatus,
      SegmentAlgorithmType: 'AUTOMATIC',
      SegmentAlgorithmName: facts.algorithm.name,
      SegmentationAlgorithmIdentificationSequence: [algorithmIdentification(facts, model)],
      SegmentedPropertyCategoryCodeSequence: [coded(category)],
      SegmentedPropertyTypeCodeSequence: [coded(type)],
      ...(region === undefined ? {} : { AnatomicRegionSequence: [coded(region)] }),
      RecommendedDisplayCIELabValue: cielab(colour),
      TrackingID: label,
      TrackingUID: trackingUid(facts, name),
    };
  });
}

/** Algorithm Identification Macro (10.16): the network that found the segment, or the whole pipeline. */
function algorithmIdentification({ algorithm }: ObjectFacts, model: ObjectModel | undefined): Dataset {
  const { name, version } = model ?? algorithm;
  return {
    AlgorithmFamilyCodeSequence: [coded(codes.artificialIntelligence)],
    AlgorithmName: name,
    AlgorithmVersion: version,
    ...(model === undefined ? {} : { AlgorithmParameters: `sha256=${model.sha256}` }),
    AlgorithmSource: manufacturer,
  };
}
