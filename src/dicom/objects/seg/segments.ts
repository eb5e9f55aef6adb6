import { lobeColours, opacityColour, type Rgb } from '../../../pipeline/lobe-colours.ts';
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
  /** The report's pictures have the same, but outline lobes in a darker shade of it. */
  readonly colour: Rgb;
  /** Task of the model that found it. */
  readonly task: string;
  /** Where it lies, which a lobe says by its type. */
  readonly region?: Code;
}

const lobe = (name: Lobe): SegmentKind => ({
  label: lobeCodes[name].meaning,
  category: codes.anatomicalStructure,
  type: lobeCodes[name],
  colour: lobeColours[name],
  task: 'lungs-lobes',
});

export const segmentKinds: Readonly<Record<SegmentName, SegmentKind>> = {
  RUL: lobe('RUL'),
  RML: lobe('RML'),
  RLL: lobe('RLL'),
  LUL: lobe('LUL'),
  LLL: lobe('LLL'),
  opacities: {
    label: 'Opacities in both lungs',
    category: codes.abnormalStructure,
    type: codes.opacity,
    colour: opacityColour,
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
