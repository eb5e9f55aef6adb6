import { LobarError, toPlainError } from '../errors.ts';
import { beaten, inTurn } from './change-job.ts';
import { hasEnded, type Job, type NewJob, withoutRun } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Delivery } from './line.ts';

export interface Begun<Request, Result> {
  readonly job: Job<Request, Result>;
  /** Somebody had begun it, and did not end it. */
  readonly wasRunning: boolean;
}

/**
 * Notes that the job of a delivery is begun here.
 *
 * @param deliveries - one that was lost, or failed of itself, so often is given up
 * @returns the job as it is then, which may have ended; `duplicate` where the delivery is not the one of the job
 * @throws LobarError `queue-unavailable`
 */
export async function beginJob<Request, Result>(
  { body, message }: Delivery<NewJob<Request>>,
  store: JobStore<Request, Result>,
  deliveries: number,
): Promise<Begun<Request, Result> | 'duplicate'> {
  return await inTurn(async () => {
    const fresh: Job<Request, Result> = { ...body, state: 'queued', attempt: 0 };
    // Who submitted it may not have noted it yet, or has waited for longer than jobs are kept.
    const stored = (await store.find(body.id)) ?? (await store.create(fresh));
    if (stored === undefined) {
      // It was noted meanwhile, or has ended and is not kept any more.
      return (await store.find(body.id)) === undefined ? 'duplicate' : beaten;
    }
    const { job } = stored;
    if (job.message !== undefined && job.message !== message) return 'duplicate';
    if (hasEnded(job)) return { job, wasRunning: false };
    const updated = await store.update(stored, begun({ ...job, message }, deliveries));
    return updated === undefined ? beaten : { job: updated.job, wasRunning: job.state === 'running' };
  });
}

function begun<Request, Result>(job: Job<Request, Result>, deliveries: number): Job<Request, Result> {
  const now = new Date().toISOString();
  if (job.stopping === true) return { ...withoutRun(job), state: 'cancelled', ended: now };
  const next = {
    ...job,
    state: 'running',
    started: now,
    begun: job.begun ?? now,
    attempt: job.attempt + 1,
  } as const;
  if (job.state !== 'running') return next;
  const failures = (job.failures ?? 0) + 1;
  if (failures < deliveries) return { ...next, failures, suspect: true };
  // It may be the job that ends every process that takes it.
  const error = toPlainError(new LobarError('process-lost', { attempts: failures }));
  return { ...withoutRun(job), state: 'failed', ended: now, failures, error };
}
