import type { PlainError } from '../errors.ts';
import { type Job, withoutRun } from './job.ts';
import { isOthers, isPutBack, mayPass, retryDelayMs } from './retry.ts';
import type { Outcome } from './work-on-job.ts';

export interface RetryRules {
  /** How often a job may be lost, or fail of itself. */
  readonly deliveries: number;
  /** Before it is begun the second time, ms. */
  readonly firstRetryMs: number;
  /** For so long after it was begun first it is begun again while others fail, ms. */
  readonly othersMs: number;
}

export interface Next<Request, Result> {
  readonly job: Job<Request, Result>;
  /** How long it waits where it is queued again, ms. */
  readonly delayMs: number;
  /** Why it is done again, where that was a failure. */
  readonly retried?: PlainError;
}

/**
 * What becomes of a job when an attempt is over. Where it was told to stop it is not begun again.
 *
 * @param job - as it is noted now, running
 * @param now - milliseconds since 1970
 * @param random - 0 to 1
 */
export function afterAttempt<Request, Result>(
  job: Job<Request, Result>,
  outcome: Outcome<Result>,
  { deliveries, firstRetryMs, othersMs }: RetryRules,
  { now, random }: { readonly now: number; readonly random: number },
): Next<Request, Result> {
  const rest = withoutRun(job);
  const ended = new Date(now).toISOString();
  const end = (how: Partial<Job<Request, Result>>) => ({ job: { ...rest, ended, ...how }, delayMs: 0 });
  if ('result' in outcome) {
    const { error: _, ...finished } = end({ state: 'finished', result: outcome.result }).job;
    return { job: finished, delayMs: 0 };
  }
  const { error } = outcome;
  const cancelled = () => end({ state: 'cancelled' });
  if (job.stopping === true && (error.code === 'cancelled' || isPutBack(error) || mayPass(error)))
    return cancelled();
  const delay = (attempt: number) => retryDelayMs(error, { attempt, firstMs: firstRetryMs, random });
  if (isPutBack(error)) {
    // This attempt says nothing about it: what it is suspected of, it still is.
    const suspect = job.suspect === undefined ? {} : { suspect: job.suspect };
    const waiting = { ...rest, ...suspect, state: 'queued', attempt: job.attempt - 1 } as const;
    return { job: waiting, delayMs: error.code === 'shutting-down' ? 0 : delay(1) };
  }
  const failures = (job.failures ?? 0) + (isOthers(error) ? 0 : 1);
  const counted = failures === 0 ? {} : { failures };
  const first = Date.parse(job.begun ?? job.submitted);
  const again = isOthers(error) ? now - first < othersMs : mayPass(error) && failures < deliveries;
  if (!again) return end({ ...counted, state: 'failed', error });
  return {
    job: { ...rest, ...counted, state: 'queued', error },
    delayMs: delay(job.attempt),
    retried: error,
  };
}
