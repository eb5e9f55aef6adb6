import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../errors.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';

/** Somebody else was faster. */
export const beaten = Symbol('beaten');

/** Who loses so often in a row does not lose by chance. */
const tries = 20;
const longestPauseMs = 50;

/**
 * Looks and writes until nobody was faster in between.
 *
 * @throws LobarError `queue-unavailable` where somebody was, every time; what the step throws
 */
export async function inTurn<One>(step: () => Promise<One | typeof beaten>): Promise<One> {
  for (let tried = 1; tried <= tries; tried += 1) {
    const done = await step();
    if (done !== beaten) return done;
    // By chance, so that two do not meet again.
    await sleep(Math.random() * Math.min(longestPauseMs, 2 ** tried));
  }
  throw new LobarError('queue-unavailable', { problem: 'a job was changed by somebody else every time' });
}

/**
 * Changes a job for as long as it runs as this attempt.
 *
 * @returns undefined when it does not
 * @throws LobarError `queue-unavailable`
 */
export async function changeJob<Request, Result>(
  store: JobStore<Request, Result>,
  { id, attempt }: Pick<Job<Request, Result>, 'id' | 'attempt'>,
  alter: (job: Job<Request, Result>) => Job<Request, Result>,
): Promise<Job<Request, Result> | undefined> {
  return await inTurn(async () => {
    const stored = await store.find(id);
    if (stored?.job.state !== 'running' || stored.job.attempt !== attempt) return undefined;
    const updated = await store.update(stored, alter(stored.job));
    return updated === undefined ? beaten : updated.job;
  });
}
