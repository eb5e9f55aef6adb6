import { type LobeInvolvement, type Severity, type SeverityBand, severityBands } from './types.ts';

/** Five lobes of 5 each. */
export const maximalScore = 25;

/** CT severity score, the sum of the five lobes' scores, and its band (PIPELINE.md 6). */
export function severityOf(lobes: readonly Pick<LobeInvolvement, 'score'>[]): Severity {
  const score = lobes.reduce((sum, lobe) => sum + lobe.score, 0);
  return { score, band: severityBand(score) };
}

/** 0 none, 1 to 5 mild, 6 to 14 moderate, 15 to 25 severe. */
export function severityBand(score: number): SeverityBand {
  if (score === 0) return 'none';
  if (score <= 5) return 'mild';
  return score <= 14 ? 'moderate' : 'severe';
}

/** The first and the last score of each band. */
export const severityRanges = severityBands.map((band) => {
  const scores = Array.from({ length: maximalScore + 1 }, (_, score) => score);
  const ofBand = scores.filter((score) => severityBand(score) === band);
  return { band, from: ofBand[0] ?? 0, to: ofBand.at(-1) ?? 0 };
});
