import type { EligibilityConfig } from '../config-schema.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import { stackSlices } from '../dicom/slice-stack.ts';
import type { Notice } from '../errors.ts';
import type { OtherSeries, StackOfSeries } from './analysis.ts';
import { type JudgedStack, type JudgedStudy, judgeStudy, type SeriesWish } from './judge-study.ts';
import type { SeriesLimits } from './limit-problems.ts';
import { type SliceKey, sliceKey } from './slice-key.ts';
import type { StudySource } from './study-source.ts';

export interface ChosenSeries {
  readonly kind: 'chosen';
  readonly uid: string;
  /** Which stack of the series, where it was split. */
  readonly stack?: StackOfSeries;
  readonly because: Notice;
  /** What stands in the header of its first listed instance. */
  readonly header: InstanceHeader;
  /** SOPInstanceUIDs of its instances, as the source lists them. */
  readonly listed: ReadonlySet<string>;
  /** Its slices, as the source lists them, from feet to head; a volume of fewer is never analysed. */
  readonly slices: ReadonlySet<SliceKey>;
  /** Slices of its series that the source lists and that are left out: those of other stacks. */
  readonly leftOut: ReadonlySet<SliceKey>;
  /** False when the tags say nothing about the body part, so that the pipeline has to find lungs. */
  readonly chestKnown: boolean;
  readonly others: readonly OtherSeries[];
  readonly warnings: readonly Notice[];
}

export interface NoSeries {
  readonly kind: 'ineligible';
  readonly header: InstanceHeader;
  readonly reasons: readonly OtherSeries[];
}

/**
 * Chooses the best eligible series of the study (PIPELINE.md 1), or the one that was asked for; of a series that
 * is no one volume its best stack.
 *
 * @throws LobarError `no-images`, `series-not-found` and what the source fails with.
 */
export async function chooseSeries(
  source: StudySource,
  wish: SeriesWish,
  rules: EligibilityConfig,
  signal: AbortSignal,
  limits?: SeriesLimits,
): Promise<ChosenSeries | NoSeries> {
  const { header, stacks, best } = await judgeStudy(source, wish, rules, signal, limits);
  if (best === undefined) return { kind: 'ineligible', header, reasons: stacks.map(asOther) };
  return chosen(stacks, best);
}

function chosen(
  stacks: readonly JudgedStack[],
  { stack, because }: NonNullable<JudgedStudy['best']>,
): ChosenSeries {
  const { uid, headers, chestKnown, warnings } = stack;
  const others = stacks.filter((one) => one !== stack);
  const siblings = others.filter((one) => one.uid === uid);
  return {
    kind: 'chosen',
    uid,
    ...stackOf(stack),
    because,
    header: headers[0],
    listed: new Set(headers.map(({ sopInstanceUid }) => sopInstanceUid)),
    slices: new Set(fromFeetToHead(headers).map(sliceKey)),
    leftOut: new Set(siblings.flatMap((one) => one.headers.map(sliceKey))),
    chestKnown,
    others: others.map(asOther),
    warnings: [...forced(stack), ...seriesSplit(stack, siblings), ...warnings],
  };
}

function forced({ eligible, reasons }: JudgedStack): readonly Notice[] {
  if (eligible) return [];
  const text = 'The series is not eligible and was analysed by force. This result is never published.';
  return [{ code: 'forced', text }, ...reasons];
}

/** Copies at one position come last, as in the volume (ingest-series.ts). Where there is no order, as listed. */
function fromFeetToHead(headers: readonly InstanceHeader[]): readonly InstanceHeader[] {
  const { stack } = stackSlices(headers);
  return stack === undefined
    ? headers
    : [...stack.order, ...stack.duplicates].map((index) => headers[index] as InstanceHeader);
}

/** How many stacks a sentence names. */
const named = 3;

function seriesSplit(own: JudgedStack, siblings: readonly JudgedStack[]): readonly Notice[] {
  if (siblings.length === 0) return [];
  const nameOf = (one: JudgedStack) => `${one.distinguishedBy} (${one.headers.length})`;
  const more = siblings.length > named ? [`${siblings.length - named} more`] : [];
  const rest = [...siblings.slice(0, named).map(nameOf), ...more].join('; ');
  const text = `The images of the series are not one volume: ${nameOf(own)} was taken, left out: ${rest}.`;
  return [{ code: 'series-split', text }];
}

function stackOf({ slices, distinguishedBy }: JudgedStack): { readonly stack?: StackOfSeries } {
  return distinguishedBy === undefined ? {} : { stack: { slices, distinguishedBy } };
}

function asOther(one: JudgedStack): OtherSeries {
  return {
    uid: one.uid,
    ...(one.description === undefined ? {} : { description: one.description }),
    ...stackOf(one),
    reasons: [...one.reasons],
  };
}
