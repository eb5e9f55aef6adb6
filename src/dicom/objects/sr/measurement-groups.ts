import type { Findings, LobeInvolvement, RegionInvolvement } from '../../../pipeline/types.ts';
import { classes } from '../../../pipeline/types.ts';
import type { Dataset } from '../../write/dataset.ts';
import { type Code, codes, type LocalCode, lobeCodes, localCode } from '../codes.ts';
import { manufacturer } from '../common-modules.ts';
import type { ObjectFacts } from '../object-facts.ts';
import { segmentationStorage, segmentationUid } from '../seg/segmentation-object.ts';
import { type SegmentName, segmentKinds, segmentNumber, trackingUid } from '../seg/segments.ts';
import { codeItem, contained, container, imageItem, numberItem, textItem, uidItem } from './content-items.ts';

/** What a group is of: a segment, or something that has no segment of its own. */
interface Measured {
  /** Tells its group from the others. */
  readonly name: string;
  readonly label: string;
  readonly segment?: SegmentName | undefined;
  readonly finding?: Code;
  readonly site?: Dataset;
}

/** One group for the opacities, each lung, each lobe, the severity and the classification. */
export function measurementGroups(
  facts: ObjectFacts,
  { involvement, severity, classification }: Findings,
  /** Whether the segments are there to be referred to. */
  withSegments: boolean,
): readonly Dataset[] {
  const group = (measured: Measured, items: readonly Dataset[]) =>
    measurementGroup(facts, withSegments ? measured : { ...measured, segment: undefined }, items);
  const opacities = {
    name: 'opacities',
    label: segmentKinds.opacities.label,
    segment: 'opacities',
    finding: codes.opacity,
    site: site(codes.lung, codes.bilateral),
  } as const;
  const lung = (side: 'right' | 'left') => ({
    name: `${side}-lung`,
    label: `Opacities in the ${side} lung`,
    finding: codes.opacity,
    site: site(codes.lung, codes[side]),
  });
  return [
    group(opacities, regionItems(involvement)),
    group(lung('right'), regionItems(involvement.right, 'involvement-percent-right')),
    group(lung('left'), regionItems(involvement.left, 'involvement-percent-left')),
    ...involvement.lobes.map((one) => group(measuredLobe(one), lobeItems(one))),
    group({ name: 'severity', label: 'CT severity' }, [
      number('ct-severity-score', severity.score, codes.score),
      codeItem('CONTAINS', localCode('severity-band'), localCode(`band-${severity.band}`)),
    ]),
    group({ name: 'classification', label: 'Classification' }, [
      ...classes.map((name) =>
        number(`probability-${name}`, classification.probabilities[name], codes.noUnits),
      ),
      codeItem('CONTAINS', localCode('classification'), localCode(`pattern-${classification.decision}`)),
    ]),
  ];
}

function measuredLobe({ lobe }: LobeInvolvement): Measured {
  const { label } = segmentKinds[lobe];
  return { name: lobe, label, segment: lobe, finding: codes.opacity, site: site(lobeCodes[lobe]) };
}

function lobeItems(involvement: LobeInvolvement): readonly Dataset[] {
  return [...regionItems(involvement), number('lobe-score', involvement.score, codes.score)];
}

/**
 * 0 mL of lung has no percentage, and "0 %" would read as "healthy": there is none then. An item without a value (PS3.3
 * C.18.1) would say so too, but some readers stop at one.
 */
function regionItems(
  { percent, opacityMl, lungMl }: RegionInvolvement,
  share: LocalCode = 'involvement-percent',
): readonly Dataset[] {
  return [
    ...(lungMl > 0 ? [number(share, percent, codes.percent)] : []),
    number('opacity-volume', opacityMl, codes.millilitre),
    number('lung-volume', lungMl, codes.millilitre),
  ];
}

function number(name: LocalCode, value: number, unit: Code): Dataset {
  return numberItem('CONTAINS', localCode(name), value, unit);
}

function site(where: Code, laterality?: Code): Dataset {
  const side = laterality === undefined ? [] : [codeItem('HAS CONCEPT MOD', codes.laterality, laterality)];
  return codeItem('HAS CONCEPT MOD', codes.findingSite, where, side);
}

/** TID 1411 of a segment, TID 1501 of what has none; the algorithm as TID 4019. */
function measurementGroup(
  facts: ObjectFacts,
  { name, label, segment, finding, site }: Measured,
  items: readonly Dataset[],
): Dataset {
  const group = [
    textItem('HAS OBS CONTEXT', codes.trackingIdentifier, label),
    uidItem('HAS OBS CONTEXT', codes.trackingUid, trackingUid(facts, name)),
    ...(finding === undefined ? [] : [codeItem('CONTAINS', codes.finding, finding)]),
    ...(segment === undefined ? [] : segmentItems(facts, segment)),
    ...(site === undefined ? [] : [site]),
    ...algorithmItems(facts),
    ...items,
  ];
  return contained(container(codes.measurementGroup, group, segment === undefined ? '1501' : '1411'));
}

function segmentItems(facts: ObjectFacts, segment: SegmentName): readonly Dataset[] {
  const reference = {
    ReferencedSOPClassUID: segmentationStorage,
    ReferencedSOPInstanceUID: segmentationUid(facts),
    ReferencedSegmentNumber: segmentNumber(segment),
  };
  return [
    imageItem(reference, codes.referencedSegment),
    uidItem('CONTAINS', codes.sourceSeries, facts.context.seriesInstanceUid),
  ];
}

/** Every network that took part is a parameter of the one pipeline. */
function algorithmItems({ algorithm, models }: ObjectFacts): readonly Dataset[] {
  const item = (name: Code, value: string) => textItem('HAS CONCEPT MOD', name, value);
  return [
    item(codes.algorithmName, algorithm.name),
    item(codes.algorithmVersion, algorithm.version),
    item(codes.algorithmManufacturer, manufacturer),
    ...models.map(({ task, name, version, sha256 }) =>
      item(codes.algorithmParameters, `${task}=${name} ${version} sha256:${sha256}`),
    ),
  ];
}
