/** What repeated measurements come to. */
export interface Spread {
  readonly median: number;
  /** First and third quartile. */
  readonly quartiles: readonly [number, number];
  readonly rounds: number;
}

/** Median and quartiles of the values, interpolated linearly. @throws RangeError without values. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    quartiles: [quantile(sorted, 0.25), quantile(sorted, 0.75)],
    rounds: values.length,
  };
}

/** As numpy's default: between the two nearest, in proportion. */
function quantile(sorted: readonly number[], fraction: number): number {
  const place = (sorted.length - 1) * fraction;
  const low = sorted[Math.floor(place)];
  const high = sorted[Math.ceil(place)];
  if (low === undefined || high === undefined) throw new RangeError('There is nothing to take a median of.');
  return low + (high - low) * (place - Math.floor(place));
}
