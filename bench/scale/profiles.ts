import type { Surge } from './arrivals.ts';

/**
 * Weights by hour of the day, ours: nothing that counts chest CTs by the hour was found. A weekday of planned and
 * ward examinations with two humps, and an emergency department through the night.
 */
export const weekday: readonly number[] = [
  1.2, 1, 0.8, 0.8, 0.8, 1, 2, 4, 8, 10, 10, 9, 7, 8, 9, 8, 6, 5, 4, 3.5, 3, 2.5, 2, 1.5,
];

/** [ours] Of an outbreak: most come by the emergency department, until late in the evening. */
export const outbreak: readonly number[] = [
  3, 2.5, 2, 2, 2, 2.5, 3, 4, 6, 7.5, 8, 7.5, 7, 7, 7, 7, 7, 7, 7, 6.5, 6, 5, 4, 3.5,
];

/** [ours] Press conference at ten, end of work at six. */
export const surges: readonly Surge[] = [
  { fromHour: 10, toHour: 11.5, factor: 1.6 },
  { fromHour: 18, toHour: 19, factor: 1.6 },
];
