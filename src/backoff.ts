/** What every sender that tries again shares: how long it waits, and how the wait is broken off. */
import { setTimeout as sleep } from 'node:timers/promises';
import { abortReason } from './abort-reason.ts';

/** The longest wait that a timer of Node can hold. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * Full jitter: clients that failed together do not come back together.
 *
 * @param attempt - the number of the one that failed, from 1
 */
export function jitteredMs(attempt: number, baseMs: number): number {
  return Math.random() * baseMs * 2 ** (attempt - 1);
}

/** How long to wait, with jitter also on top of what was asked for: many are asked for the same. */
export function retryWaitMs(attempt: number, baseMs: number, askedMs = 0): number {
  return askedMs + jitteredMs(attempt, baseMs);
}

/** Retry-After is seconds or a date (RFC 9110 10.2.3); undefined where it is absent or neither. */
export function retryAfterMs(header: string | null | undefined): number | undefined {
  if (!header) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestTimerMs);
}

/** Waits. @throws LobarError what the signal was aborted with, or `cancelled`. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => throwIfAborted(signal));
}

/** @throws LobarError what the signal was aborted with, or `cancelled`. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw abortReason(signal);
}
