import type { EligibilityConfig } from '../config-schema.ts';
import { assessSeries, type SeriesAssessment } from '../dicom/eligibility.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import { decisiveCriterion, rankSeries } from '../dicom/rank-series.ts';
import { samePositionMm } from '../dicom/slice-stack.ts';
import { type Stack, splitSeries } from '../dicom/split-series.ts';
import { LobarError, type Notice } from '../errors.ts';
import { limitProblems, type SeriesLimits } from './limit-problems.ts';
import { type SliceKey, sliceKey } from './slice-key.ts';
import type { OfferedSeries, StudySource } from './study-source.ts';

export interface SeriesWish {
  /** Only this series. */
  readonly seriesUid?: string | undefined;
  /** Also one that the rules refuse. */
  readonly force: boolean;
}

/** One stack of the study; most series are one. */
export interface JudgedStack extends SeriesAssessment {
  readonly headers: readonly [InstanceHeader, ...InstanceHeader[]];
  /** What tells it from the other stacks of its series; absent where the series is one stack. */
  readonly distinguishedBy?: string;
}

/** Every stack of a study, best first, each with what speaks against it. */
export interface JudgedStudy {
  readonly header: InstanceHeader;
  readonly stacks: readonly JudgedStack[];
  /** The first of them, where it may be analysed, and why it is that one. */
  readonly best?: { readonly stack: JudgedStack; readonly because: Notice };
}

/**
 * Judges all that a study holds by its headers alone (PIPELINE.md 1). Without `limits` nothing is over one.
 *
 * @throws LobarError `no-images`, `series-not-found` and what the source fails with.
 */
export async function judgeStudy(
  source: StudySource,
  wish: SeriesWish,
  rules: EligibilityConfig,
  signal: AbortSignal,
  limits?: SeriesLimits,
): Promise<JudgedStudy> {
  const offered = await source.listSeries(signal);
  const header = offered[0]?.headers[0];
  if (header === undefined) throw new LobarError('no-images', { where: 'the study' });
  if (wish.seriesUid !== undefined && !offered.some(({ uid }) => uid === wish.seriesUid)) {
    throw source.seriesNotFound(wish.seriesUid);
  }
  const judged = offered.flatMap((series) => judgeSeries(series, rules, limits));
  const stacks = rankSeries(judged, wish.seriesUid);
  const [first] = stacks;
  const isAsked = wish.seriesUid === undefined || first?.uid === wish.seriesUid;
  if (first === undefined || !isAsked || !(first.eligible || wish.force)) return { header, stacks };
  return { header, stacks, best: { stack: first, because: whyChosen(stacks, wish) } };
}

function judgeSeries(
  { headers }: OfferedSeries,
  rules: EligibilityConfig,
  limits: SeriesLimits | undefined,
): readonly JudgedStack[] {
  const stacks = splitSeries(headers);
  const shared = keysOfSeveralImages(stacks);
  return stacks.flatMap(({ headers: [first, ...more], distinguishedBy }) => {
    if (first === undefined) return [];
    const own = [first, ...more] as const;
    const name = distinguishedBy === undefined ? {} : { distinguishedBy };
    const judged = { ...assessSeries(own, rules), headers: own, ...name };
    const isAmbiguous = own.some((header) => shared.has(sliceKey(header)));
    const isJudged = limits !== undefined && judged.kind !== 'no-slices';
    const reasons = [
      ...judged.reasons,
      ...(isAmbiguous ? [ambiguous] : []),
      ...(isJudged ? limitProblems(own, headers, limits) : []),
    ];
    return [{ ...judged, eligible: reasons.length === 0, reasons }];
  });
}

/**
 * [ours] By its UID alone an arriving image is known; where two stacks share one, they would be mixed, and of two
 * images of one stack nobody would miss the one that is lost. A copy at the same position is the same image.
 */
const ambiguous: Notice = {
  code: 'ambiguous-uids',
  text: 'Different images of the series share their SOPInstanceUID, so they cannot be told apart.',
};

function keysOfSeveralImages(stacks: readonly Stack[]): ReadonlySet<SliceKey> {
  const seen = new Map<SliceKey, { readonly stack: Stack; readonly header: InstanceHeader }>();
  const several = new Set<SliceKey>();
  for (const stack of stacks) {
    for (const header of stack.headers) {
      const key = sliceKey(header);
      const first = seen.get(key);
      if (first === undefined) seen.set(key, { stack, header });
      else if (first.stack !== stack || !samePosition(first.header, header)) several.add(key);
    }
  }
  return several;
}

function samePosition(
  { imagePositionPatient: a }: InstanceHeader,
  { imagePositionPatient: b }: InstanceHeader,
) {
  return a === undefined || b === undefined
    ? a === b
    : a.every((value, axis) => Math.abs(value - (b[axis] ?? Number.NaN)) < samePositionMm);
}

function whyChosen([first, second]: readonly JudgedStack[], { seriesUid }: SeriesWish): Notice {
  if (first?.eligible !== true) {
    return { code: 'forced', text: 'It is not eligible and was taken by force.' };
  }
  const isRival = second?.eligible === true && (seriesUid === undefined || second.uid === seriesUid);
  const decisive = isRival ? `it ${decisiveCriterion(first, second)}` : undefined;
  if (seriesUid !== undefined) {
    const text = 'It was asked for by its UID';
    return { code: 'asked-for', text: decisive ? `${text}; of its stacks ${decisive}.` : `${text}.` };
  }
  return decisive === undefined
    ? { code: 'only-eligible', text: 'Nothing else in the study is eligible.' }
    : { code: 'preferred', text: `It is ranked first: against the next best ${decisive}.` };
}
