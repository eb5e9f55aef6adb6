import { type Point, slopeOf } from '../load/slope.ts';

export interface Line {
  /** Units of y a unit of x. */
  readonly slope: number;
  /** y at x = 0. */
  readonly intercept: number;
  /** The part of the variance of y that the line explains: 1 where all points lie on it. */
  readonly r2: number;
}

/** The straight line through points by least squares. */
export function fitLine(points: readonly Point[]): Line {
  const mean = (axis: 0 | 1) => points.reduce((sum, point) => sum + point[axis], 0) / points.length;
  const slope = slopeOf(points);
  const intercept = mean(1) - slope * mean(0);
  const squares = (expected: (x: number) => number) =>
    points.reduce((sum, [x, y]) => sum + (y - expected(x)) ** 2, 0);
  const r2 = 1 - squares((x) => intercept + slope * x) / squares(() => mean(1));
  return { slope, intercept, r2 };
}
