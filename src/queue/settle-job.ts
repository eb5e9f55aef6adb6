import type { QueueBackend } from './backend.ts';
import type { Job, NewJob } from './job.ts';
import type { JobObserver } from './job-observer.ts';
import type { Delivery } from './line.ts';
import { type Patience, patiently } from './patiently.ts';

/** What follows an end; done twice it is harmless, as whoever does it may be lost on the way. */
export async function settleJob<Request, Result, Call>(
  job: Job<Request, Result>,
  delivery: Delivery<NewJob<Request>>,
  { jobs, calls }: QueueBackend<Request, Result, Call>,
  observer: JobObserver<Request, Result, Call>,
  patience: Patience,
): Promise<void> {
  if (job.state === 'failed' && observer.toBury(job)) {
    await patiently(() => jobs.bury(delivery, job.error?.code ?? 'internal'), patience);
  }
  const call = observer.callFor(job);
  if (call !== undefined) await patiently(() => calls.push(callId(job), call), patience);
  await patiently(() => delivery.done(), patience);
}

/** The same however often an end is settled, another one for a job that was begun anew after it was given up. */
export function callId({ id, message }: Pick<Job<unknown, unknown>, 'id' | 'message'>): string {
  return message === undefined ? id : `${id}-${message}`;
}
