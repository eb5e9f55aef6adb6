import type { PlainError } from '../../../src/errors.ts';
import type { Job } from '../../../src/queue/job.ts';
import type { JobObserver } from '../../../src/queue/job-observer.ts';
import type { JobHooks, JobWorker } from '../../../src/queue/job-worker.ts';

export interface Asked {
  readonly what: string;
}
export type Done = { readonly text: string };
export type Told = { readonly of: string; readonly state: string };
export type TriedJob = Job<Asked, Done>;

export interface TriedWorker extends JobWorker<Asked, Done> {
  /** What it was given to do, in order. */
  readonly begun: TriedJob[];
  readonly observer: JobObserver<Asked, Done, Told>;
  /** What the observer was told: the event, and of which job. */
  readonly events: string[];
  readonly troubles: unknown[];
}

/** Does nothing but to say what it was asked. */
export async function echo({ request }: TriedJob): Promise<Done> {
  return { text: request.what };
}

/** A worker with room for some, that does what it is told, and somebody who notes what becomes of it. */
export function triedWorker(
  run: (job: TriedJob, hooks: JobHooks) => Promise<Done>,
  {
    places = 4,
    told = false,
    buries = true,
  }: { readonly places?: number; readonly told?: boolean; readonly buries?: boolean } = {},
): TriedWorker {
  const begun: TriedJob[] = [];
  const events: string[] = [];
  const troubles: unknown[] = [];
  let free = places;
  const waiting: (() => void)[] = [];
  return {
    ...{ begun, events, troubles },
    get full() {
      return free <= 0;
    },
    async room(signal) {
      while (free <= 0 && !signal.aborted) {
        const place = Promise.withResolvers<void>();
        waiting.push(place.resolve);
        signal.addEventListener('abort', () => place.resolve(), { once: true });
        await place.promise;
      }
    },
    async run(job, hooks) {
      begun.push(job);
      free -= 1;
      hooks.placed();
      try {
        return await run(job, hooks);
      } finally {
        free += 1;
        waiting.shift()?.();
      }
    },
    observer: {
      callFor: ({ id, state }) => (told ? { of: id, state } : undefined),
      toBury: () => buries,
      ended: ({ id, state }) => events.push(`${state} ${id}`),
      retried: ({ id }, error: PlainError) => events.push(`retried ${id} ${error.code}`),
      takenOver: ({ id }) => events.push(`taken over ${id}`),
      troubled: (error) => troubles.push(error),
    },
  };
}
