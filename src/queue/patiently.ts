import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../errors.ts';
import type { JobStore } from './job-store.ts';

export interface Patience {
  /** For so long it is tried again while the queue cannot be reached, ms. */
  readonly limitMs: number;
  readonly pauseMs: number;
  /** Once it fires there is only one more try. */
  readonly signal: AbortSignal;
}

/**
 * Does what must not be lost because the queue is away for a moment: of work that is done the result is all there is.
 *
 * @throws LobarError `queue-unavailable` when the patience is over; what else it throws, at once
 */
export async function patiently<One>(step: () => Promise<One>, patience: Patience): Promise<One> {
  const { limitMs, pauseMs, signal } = patience;
  const since = performance.now();
  for (;;) {
    const last = signal.aborted || performance.now() - since >= limitMs;
    try {
      return await step();
    } catch (error) {
      if (last || !(error instanceof LobarError) || error.code !== 'queue-unavailable') throw error;
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
  }
}

/** A store that is asked with patience. */
export function patientStore<Request, Result>(
  store: JobStore<Request, Result>,
  patience: Patience,
): JobStore<Request, Result> {
  return {
    find: (id) => patiently(() => store.find(id), patience),
    create: (job) => patiently(() => store.create(job), patience),
    update: (stored, job) => patiently(() => store.update(stored, job), patience),
    watch: (id, changed) => store.watch(id, changed),
    remember: (id) => patiently(() => store.remember(id), patience),
    remembers: (id) => patiently(() => store.remembers(id), patience),
  };
}
