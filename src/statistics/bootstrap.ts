import { quantile } from './describe.ts';
import { seededRandom } from './seeded-random.ts';

export interface BootstrapOptions {
  readonly resamples: number;
  readonly seed: number;
  /** Share of the resamples that the interval holds, such as 0.95. */
  readonly level: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * Percentile bootstrap intervals (Efron 1979) of several statistics of the same cases. Whole groups (the cases
 * of one patient) are drawn with replacement: cases of one patient are alike, and drawing them one by one would
 * make the intervals too narrow.
 *
 * A resample in which a statistic is not defined does not count for it. Undefined where fewer than two groups
 * or defined resamples leave nothing to measure a spread by.
 *
 * @param statistics each a function of cases, at its place in the answer
 */
export function bootstrapIntervals<Case>(
  groups: readonly (readonly Case[])[],
  statistics: readonly ((cases: readonly Case[]) => number | undefined)[],
  { resamples, seed, level }: BootstrapOptions,
): readonly (Interval | undefined)[] {
  if (groups.length < 2) return statistics.map(() => undefined);
  const random = seededRandom(seed);
  const values = statistics.map((): number[] => []);
  for (let i = 0; i < resamples; i++) {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)] as readonly Case[]);
    statistics.forEach((statistic, k) => {
      const value = statistic(drawn);
      if (value !== undefined) values[k]?.push(value);
    });
  }
  return values.map((own) => intervalOf(own, level));
}

function intervalOf(values: readonly number[], level: number): Interval | undefined {
  const [low, high] = [quantile(values, (1 - level) / 2), quantile(values, (1 + level) / 2)];
  return values.length < 2 || low === undefined || high === undefined ? undefined : { low, high };
}
