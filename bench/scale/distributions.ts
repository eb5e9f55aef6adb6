import type { Random } from '../../src/statistics/seeded-random.ts';

/** Exponentially distributed, by inversion. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/**
 * Lognormally distributed (normal by Box and Muller).
 *
 * @param variation - standard deviation by mean
 */
export function lognormal(random: Random, mean: number, variation: number): number {
  const variance = Math.log(1 + variation ** 2);
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return mean * Math.exp(Math.sqrt(variance) * normal - variance / 2);
}
