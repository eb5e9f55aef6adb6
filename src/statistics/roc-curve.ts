/** A score that a case was given, and whether it really belongs to the class. */
export interface ScoredCase {
  readonly score: number;
  readonly positive: boolean;
}

/** Cases with a score at or above the threshold are called positive. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
  /** Absent for the first point, at which nothing is called positive. */
  readonly threshold?: number;
}

/**
 * The ROC curve from (0, 0) to (1, 1), one point for each different score, from the highest. Undefined where
 * either class has no case.
 */
export function rocCurve(cases: readonly ScoredCase[]): readonly RocPoint[] | undefined {
  const positives = cases.filter(({ positive }) => positive).length;
  const negatives = cases.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const sorted = cases.toSorted((a, b) => b.score - a.score);
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let [hits, falseAlarms] = [0, 0];
  sorted.forEach(({ score, positive }, i) => {
    if (positive) hits += 1;
    else falseAlarms += 1;
    // Equal scores cannot be told apart: they make one point.
    if (sorted[i + 1]?.score === score) return;
    points.push({
      falsePositiveRate: falseAlarms / negatives,
      truePositiveRate: hits / positives,
      threshold: score,
    });
  });
  return points;
}

/** Area under a ROC curve by trapezoids: equal scores count half (Hanley and McNeil 1982). */
export function areaUnder(points: readonly RocPoint[]): number {
  return points.slice(1).reduce((area, point, i) => {
    const before = points[i] as RocPoint;
    const width = point.falsePositiveRate - before.falsePositiveRate;
    return area + (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
  }, 0);
}

/**
 * The macro-averaged curve: the mean true positive rate of the curves at every false positive rate that any of
 * them has, between the points by linear interpolation.
 */
export function macroCurve(curves: readonly (readonly RocPoint[])[]): readonly RocPoint[] {
  const rates = [...new Set(curves.flatMap((curve) => curve.map((point) => point.falsePositiveRate)))];
  rates.sort((a, b) => a - b);
  const averaged = rates.map((rate) => ({
    falsePositiveRate: rate,
    truePositiveRate: curves.reduce((sum, curve) => sum + truePositiveRateAt(curve, rate), 0) / curves.length,
  }));
  return [{ falsePositiveRate: 0, truePositiveRate: 0 }, ...averaged];
}

/** The highest of a vertical step. */
function truePositiveRateAt(curve: readonly RocPoint[], rate: number): number {
  const next = curve.findIndex((point) => point.falsePositiveRate > rate);
  if (next === -1) return 1;
  const [before, after] = [curve[next - 1] as RocPoint, curve[next] as RocPoint];
  const part = (rate - before.falsePositiveRate) / (after.falsePositiveRate - before.falsePositiveRate);
  return before.truePositiveRate + part * (after.truePositiveRate - before.truePositiveRate);
}
