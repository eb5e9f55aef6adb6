import type { TimeSpan } from '../pipeline/types.ts';

/** In how much of the time at least one of these spans lasts, seconds: what several do at once counts once. */
export function busySeconds(spans: readonly TimeSpan[]): number {
  let busy = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const [began, ended] of spans.toSorted(([a], [b]) => a - b)) {
    busy += Math.max(0, ended - Math.max(began, until));
    until = Math.max(until, ended);
  }
  return busy;
}

/** Now, as a {@link TimeSpan} has it: the same clock in every thread, which `performance.now()` is not. */
export function hrSeconds(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds / 1e9;
}
