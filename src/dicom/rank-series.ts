import type { Notice } from '../errors.ts';
import type { SeriesAssessment } from './eligibility.ts';

/**
 * Reasons that a series is of something else: it is no original of a chest reformation. [ours] Nor are the few
 * slices that watch the contrast arrive.
 */
const unrelated = ['not-chest', 'not-axial', 'no-geometry', 'too-short'];

/** A series, or one stack of a split one. */
export interface RankedSeries extends SeriesAssessment {
  readonly distinguishedBy?: string;
}

/** One step of the ranking of PIPELINE.md 1: `compare` is negative if `a` comes first, `text` says why. */
interface Criterion {
  readonly compare: (a: RankedSeries, b: RankedSeries) => number;
  readonly text: (better: RankedSeries, worse: RankedSeries) => string;
}

const criteria: readonly Criterion[] = [
  {
    // [ours] Before the kernel of PIPELINE.md 1: what may not even be a chest never displaces what is one.
    compare: (a, b) => Number(b.chestKnown) - Number(a.chestKnown),
    text: () => 'is known to be of the chest',
  },
  {
    compare: (a, b) => Number(b.rank.lungKernel) - Number(a.rank.lungKernel),
    text: () => 'has a lung kernel',
  },
  {
    compare: (a, b) => difference(a.rank.sliceThicknessMm, b.rank.sliceThicknessMm),
    text: ({ rank: a }, { rank: b }) =>
      `has thinner slices, ${a.sliceThicknessMm} against ${b.sliceThicknessMm} mm`,
  },
  {
    compare: (a, b) => b.rank.slices - a.rank.slices,
    text: ({ rank: a }, { rank: b }) => `has more slices, ${a.slices} against ${b.slices}`,
  },
  {
    compare: (a, b) => difference(a.rank.seriesNumber, b.rank.seriesNumber),
    text: () => 'has a lower series number and is alike otherwise',
  },
  {
    compare: (a, b) => (nameOf(a) < nameOf(b) ? -1 : 1),
    text: () => 'comes first by its name and is alike otherwise',
  },
];

/**
 * Ranks the series of one study, best first and ineligible ones last (PIPELINE.md 1); of `askedFor`, a
 * SeriesInstanceUID, before all others. A reformatted series becomes ineligible (`derived`) where the study
 * holds an original; eligible series behind the first get the reason `not-preferred`, which says by what they
 * lost, or `not-asked-for`. The first, if eligible, is the one to analyse.
 */
export function rankSeries<Series extends RankedSeries>(
  assessments: readonly Series[],
  askedFor?: string,
): Series[] {
  const hasOriginal = assessments.some(isOriginal);
  const isAsked = ({ uid }: Series) => Number(uid === askedFor);
  const ranked = assessments
    .map((assessment) => (hasOriginal ? refuseReformatted(assessment) : assessment))
    .sort((a, b) => isAsked(b) - isAsked(a) || Number(b.eligible) - Number(a.eligible) || compare(a, b));
  const [chosen] = ranked;
  if (chosen === undefined) return [];
  return ranked.map((assessment) => {
    if (!assessment.eligible || assessment === chosen) return assessment;
    const isOther = askedFor !== undefined && assessment.uid !== askedFor;
    return { ...assessment, reasons: [isOther ? notAskedFor : notPreferred(chosen, assessment)] };
  });
}

/** What the first of the ranked series has before the second, as a clause; both are eligible. */
export function decisiveCriterion(better: RankedSeries, worse: RankedSeries): string {
  const decisive = criteria.find((criterion) => criterion.compare(better, worse) !== 0);
  return decisive?.text(better, worse) ?? 'is alike';
}

const notAskedFor: Notice = { code: 'not-asked-for', text: 'Another series was asked for by its UID.' };

function notPreferred(chosen: RankedSeries, other: RankedSeries): Notice {
  const winner = chosen.uid === other.uid ? 'another stack of the same series' : 'another eligible series';
  const text = `It is eligible, but ${winner} ${decisiveCriterion(chosen, other)}.`;
  return { code: 'not-preferred', text };
}

function isOriginal({ kind, coverageMm, reasons }: RankedSeries): boolean {
  const isStack = kind === 'original' && coverageMm !== undefined;
  return isStack && !reasons.some(({ code }) => unrelated.includes(code));
}

function refuseReformatted<Series extends RankedSeries>(assessment: Series): Series {
  if (assessment.kind !== 'reformatted') return assessment;
  const text = 'The images were computed from others, and the study holds original ones.';
  return { ...assessment, eligible: false, reasons: [...assessment.reasons, { code: 'derived', text }] };
}

function compare(a: RankedSeries, b: RankedSeries): number {
  for (const criterion of criteria) {
    const order = criterion.compare(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

function nameOf({ uid, distinguishedBy = '' }: RankedSeries): string {
  return `${uid} ${distinguishedBy}`;
}

/** Both may be infinite, where a plain difference is no number. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
