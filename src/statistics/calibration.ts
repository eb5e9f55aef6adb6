import type { ScoredCase } from './roc-curve.ts';

export interface CalibrationBin {
  readonly cases: number;
  readonly meanScore: number;
  readonly shareOfPositives: number;
}

/**
 * The calibration curve: what share of the cases with about one probability really belongs to the class. Bins
 * of equal width, the last one closed; empty bins are left out.
 *
 * @param cases with scores from 0 to 1
 */
export function calibrationCurve(cases: readonly ScoredCase[], bins = 10): readonly CalibrationBin[] {
  const byBin = Map.groupBy(cases, ({ score }) => Math.min(bins - 1, Math.floor(score * bins)));
  return [...byBin]
    .toSorted(([a], [b]) => a - b)
    .map(([, own]) => ({
      cases: own.length,
      meanScore: own.reduce((sum, { score }) => sum + score, 0) / own.length,
      shareOfPositives: own.filter(({ positive }) => positive).length / own.length,
    }));
}

/** Mean squared error of a probability (Brier 1950), 0 the best; undefined of no case. */
export function brierScore(cases: readonly ScoredCase[]): number | undefined {
  if (cases.length === 0) return undefined;
  return cases.reduce((sum, { score, positive }) => sum + (score - Number(positive)) ** 2, 0) / cases.length;
}

/**
 * Expected calibration error: the mean distance of the calibration curve from the diagonal, each bin by its
 * cases; undefined of no case.
 */
export function calibrationError(cases: readonly ScoredCase[], bins = 10): number | undefined {
  if (cases.length === 0) return undefined;
  const curve = calibrationCurve(cases, bins);
  const sum = curve.reduce((all, bin) => all + bin.cases * Math.abs(bin.meanScore - bin.shareOfPositives), 0);
  return sum / cases.length;
}
