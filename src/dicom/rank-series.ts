import type { Notice } from '../errors.ts';
import type { SeriesAssessment } from './eligibility.ts';

/** Reasons that a series is of something else: it is no original of a chest reformation. */
const unrelated = ['not-chest', 'not-axial', 'no-geometry'];

/** One step of the ranking of PIPELINE.md 1: negative if `a` comes first. */
interface Criterion {
  readonly compare: (a: SeriesAssessment, b: SeriesAssessment) => number;
  readonly text: (chosen: SeriesAssessment, other: SeriesAssessment) => string;
}

const criteria: readonly Criterion[] = [
  {
    // [ours] Before the kernel of PIPELINE.md 1: what may not even be a chest never displaces what is one.
    compare: (a, b) => Number(b.chestKnown) - Number(a.chestKnown),
    text: () => 'another eligible series is known to be of the chest',
  },
  {
    compare: (a, b) => Number(b.rank.lungKernel) - Number(a.rank.lungKernel),
    text: () => 'another eligible series has a lung kernel',
  },
  {
    compare: (a, b) => difference(a.rank.sliceThicknessMm, b.rank.sliceThicknessMm),
    text: (chosen, other) =>
      `another eligible series has thinner slices, ${chosen.rank.sliceThicknessMm} against ${other.rank.sliceThicknessMm} mm`,
  },
  {
    compare: (a, b) => b.rank.slices - a.rank.slices,
    text: (chosen, other) =>
      `another eligible series has more slices, ${chosen.rank.slices} against ${other.rank.slices}`,
  },
  {
    compare: (a, b) => difference(a.rank.seriesNumber, b.rank.seriesNumber),
    text: () => 'another eligible series is alike and has a lower series number',
  },
  {
    compare: (a, b) => (a.uid < b.uid ? -1 : 1),
    text: () => 'another eligible series is alike',
  },
];

/**
 * Ranks the series of one study, best first and ineligible ones last (PIPELINE.md 1). A reformatted series
 * becomes ineligible (`derived`) where the study holds an original; eligible series behind the first get
 * the reason `not-preferred`, which says by what they lost. The first, if eligible, is the one to analyse.
 */
export function rankSeries(assessments: readonly SeriesAssessment[]): SeriesAssessment[] {
  const hasOriginal = assessments.some(isOriginal);
  const ranked = assessments
    .map((assessment) => (hasOriginal ? refuseReformatted(assessment) : assessment))
    .sort((a, b) => Number(b.eligible) - Number(a.eligible) || compare(a, b));
  const [chosen] = ranked;
  if (chosen === undefined) return [];
  return ranked.map((assessment) =>
    assessment.eligible && assessment !== chosen
      ? { ...assessment, reasons: [notPreferred(chosen, assessment)] }
      : assessment,
  );
}

function isOriginal({ kind, reasons }: SeriesAssessment): boolean {
  return kind === 'original' && !reasons.some(({ code }) => unrelated.includes(code));
}

function refuseReformatted(assessment: SeriesAssessment): SeriesAssessment {
  if (assessment.kind !== 'reformatted') return assessment;
  const text = 'The images were computed from others, and the study holds original ones.';
  return { ...assessment, eligible: false, reasons: [...assessment.reasons, { code: 'derived', text }] };
}

function compare(a: SeriesAssessment, b: SeriesAssessment): number {
  for (const criterion of criteria) {
    const order = criterion.compare(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

function notPreferred(chosen: SeriesAssessment, other: SeriesAssessment): Notice {
  const decisive = criteria.find((criterion) => criterion.compare(chosen, other) !== 0);
  const why = decisive?.text(chosen, other) ?? 'another eligible series is alike';
  return { code: 'not-preferred', text: `It is eligible, but ${why}.` };
}

/** Both may be infinite, where a plain difference is no number. */
function difference(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
