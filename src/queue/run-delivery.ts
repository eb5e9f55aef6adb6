import { toPlainError } from '../errors.ts';
import { afterAttempt, type Next, type RetryRules } from './after-attempt.ts';
import type { QueueBackend } from './backend.ts';
import { beginJob } from './begin-job.ts';
import { changeJob } from './change-job.ts';
import { inHand } from './in-hand.ts';
import { hasEnded, type Job, type NewJob, withoutRun } from './job.ts';
import type { JobObserver } from './job-observer.ts';
import type { JobHooks, JobWorker } from './job-worker.ts';
import type { Delivery } from './line.ts';
import { type Patience, patiently, patientStore } from './patiently.ts';
import { backoffMs } from './retry.ts';
import { settleJob } from './settle-job.ts';
import type { Troubles } from './troubles.ts';
import { workOnJob } from './work-on-job.ts';

export interface DeliveryOptions extends RetryRules, Pick<JobHooks, 'placed'> {
  readonly patience: Patience;
  /** Settles when nothing else is at work in this process; nothing more is begun before this one has its place. */
  readonly alone: () => Promise<unknown>;
  readonly troubles: Troubles;
}

type Backend<Request, Result, Call> = QueueBackend<Request, Result, Call>;

/** Does the job of one delivery, notes what became of it, and only then lets go of the delivery. Never throws. */
export async function runDelivery<Request, Result, Call>(
  delivery: Delivery<NewJob<Request>>,
  backend: Backend<Request, Result, Call>,
  worker: JobWorker<Request, Result>,
  observer: JobObserver<Request, Result, Call>,
  options: DeliveryOptions,
): Promise<void> {
  await inHand(delivery, backend.ackMs, async () => {
    try {
      await handle(delivery, backend, worker, observer, options);
      options.troubles.forget(delivery.message);
    } catch (error) {
      observer.troubled(error);
      await letGo(error, delivery, backend, observer, options).catch((again: unknown) =>
        observer.troubled(again),
      );
    }
  });
}

async function handle<Request, Result, Call>(
  delivery: Delivery<NewJob<Request>>,
  backend: Backend<Request, Result, Call>,
  worker: JobWorker<Request, Result>,
  observer: JobObserver<Request, Result, Call>,
  options: DeliveryOptions,
): Promise<void> {
  // Not for longer than it is surely in these hands.
  const patience = { ...options.patience, limitMs: backend.ackMs / 2 };
  const begun = await beginJob(delivery, patientStore(backend.store, patience), options.deliveries);
  if (begun === 'duplicate') return await delivery.done();
  const { job, wasRunning } = begun;
  if (hasEnded(job)) {
    if (wasRunning) observer.ended(job);
    return await settleJob(job, delivery, backend, observer, options.patience);
  }
  if (wasRunning) observer.takenOver(job);
  if (job.suspect === undefined) return await finish(job, delivery, backend, worker, observer, options);
  // It may be what ended its process: done beside others it would take them along, until they were given up as well.
  await options.alone();
  await finish(job, delivery, backend, worker, observer, { ...options, placed: () => {} });
}

async function finish<Request, Result, Call>(
  job: Job<Request, Result>,
  delivery: Delivery<NewJob<Request>>,
  backend: Backend<Request, Result, Call>,
  worker: JobWorker<Request, Result>,
  observer: JobObserver<Request, Result, Call>,
  { placed, patience, ...rules }: DeliveryOptions,
): Promise<void> {
  const outcome = await workOnJob(job, backend.store, worker, placed, patience);
  const by = { now: Date.now(), random: Math.random() };
  let next: Next<Request, Result> | undefined;
  // On what is noted then: it may have been told to stop meanwhile.
  const alter = (noted: Job<Request, Result>) => {
    next = afterAttempt(noted, outcome, rules, by);
    return next.job;
  };
  const store = patientStore(backend.store, patience);
  const noted = await patiently(() => changeJob(store, job, alter), patience);
  // Another process has it: that one lets go of the delivery.
  if (noted === undefined || next === undefined) return;
  const { delayMs, retried } = next;
  if (hasEnded(noted)) {
    observer.ended(noted);
    return await settleJob(noted, delivery, backend, observer, patience);
  }
  if (retried !== undefined) observer.retried(noted, retried);
  await delivery.again(delayMs);
}

/**
 * After the queue failed with it in hand. What fails so every time would come for ever: it is given up, and where its end
 * was noted that is all that is left of it. A queue that cannot be reached is no fault of it.
 */
async function letGo<Request, Result, Call>(
  failure: unknown,
  delivery: Delivery<NewJob<Request>>,
  { store, jobs }: Backend<Request, Result, Call>,
  observer: JobObserver<Request, Result, Call>,
  { deliveries, firstRetryMs, troubles }: DeliveryOptions,
): Promise<void> {
  const error = toPlainError(failure);
  if (error.code === 'queue-unavailable') return;
  const { body, message } = delivery;
  // Counted here: how often it was delivered counts every time that it was put back.
  const attempt = troubles.another(message);
  if (attempt < deliveries) {
    const random = Math.random();
    return await delivery.again(backoffMs({ attempt, firstMs: firstRetryMs, random }));
  }
  const stored = await store.find(body.id).catch(() => undefined);
  if (stored === undefined || !hasEnded(stored.job)) {
    const job = stored?.job ?? { ...body, attempt: 0 };
    const ended = new Date().toISOString();
    const failed: Job<Request, Result> = { ...withoutRun(job), state: 'failed', ended, error };
    // It may be what cannot be written.
    if (stored !== undefined) await store.update(stored, failed).catch(() => {});
    await jobs.bury(delivery, error.code);
    observer.ended(failed);
  }
  await delivery.done();
  troubles.forget(message);
}
