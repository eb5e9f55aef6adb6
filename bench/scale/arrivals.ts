import type { Random } from '../../src/statistics/seeded-random.ts';
import { exponential } from './distributions.ts';

const hourSeconds = 3600;

/** A time of the day in which more than usual comes. */
export interface Surge {
  readonly fromHour: number;
  readonly toHour: number;
  /** Of the usual rate. */
  readonly factor: number;
}

/** Studies a second by quarter of an hour, so that those of a day are `perDay` on average. */
export function ratesOfDay(
  perDay: number,
  weightByHour: readonly number[],
  surges: readonly Surge[] = [],
): readonly number[] {
  const weights = Array.from({ length: 96 }, (_, quarter) => {
    const hour = quarter / 4;
    const surge = surges.find(({ fromHour, toHour }) => hour >= fromHour && hour < toHour);
    return (weightByHour[Math.floor(hour)] ?? 0) * (surge?.factor ?? 1);
  });
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (perDay * weight) / sum / (hourSeconds / 4));
}

/**
 * Seconds since midnight of the arrivals of a Poisson process whose rate changes every quarter of an hour.
 * It has no memory, so that it may begin anew with every quarter.
 */
export function arrivalTimes(random: Random, rates: readonly number[]): readonly number[] {
  const times: number[] = [];
  const length = hourSeconds / 4;
  for (const [quarter, rate] of rates.entries()) {
    if (rate <= 0) continue;
    const end = (quarter + 1) * length;
    for (
      let at = quarter * length + exponential(random, 1 / rate);
      at < end;
      at += exponential(random, 1 / rate)
    )
      times.push(at);
  }
  return times;
}
