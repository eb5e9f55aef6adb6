import { incompleteBeta } from './incomplete-beta.ts';

/** Two measurements of one thing. */
export interface Pair {
  readonly x: number;
  readonly y: number;
}

/** Pearson's correlation coefficient; undefined of fewer than two pairs or where one side never changes. */
export function pearsonR(pairs: readonly Pair[]): number | undefined {
  const n = pairs.length;
  // Compared, not by the sums below: the mean of equal numbers may be rounded away from them.
  const changes = (side: keyof Pair) => pairs.some((pair) => pair[side] !== pairs[0]?.[side]);
  if (!changes('x') || !changes('y')) return undefined;
  const meanX = pairs.reduce((sum, { x }) => sum + x, 0) / n;
  const meanY = pairs.reduce((sum, { y }) => sum + y, 0) / n;
  let [xx, yy, xy] = [0, 0, 0];
  for (const { x, y } of pairs) {
    xx += (x - meanX) ** 2;
    yy += (y - meanY) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  // What changes by less than a square can hold.
  if (xx === 0 || yy === 0) return undefined;
  return Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

/**
 * Two-sided p of a correlation: how often independent normal values correlate at least so much. By Student's t
 * with n - 2 degrees of freedom, which is the regularised incomplete beta function of 1 - r^2; undefined of
 * fewer than three pairs.
 */
export function pearsonP(r: number, n: number): number | undefined {
  return n < 3 ? undefined : incompleteBeta(1 - r * r, (n - 2) / 2, 1 / 2);
}
