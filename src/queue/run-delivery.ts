import { LobarError, type PlainError, toPlainError } from '../errors.ts';
import type { QueueBackend } from './backend.ts';
import { hasEnded, type Job, type NewJob } from './job.ts';
import type { JobStore, Stored } from './job-store.ts';
import type { Delivery } from './line.ts';
import { type Patience, patiently, patientStore } from './patiently.ts';
import { isPutBack, mayPass, retryDelayMs } from './retry.ts';

/** Who does jobs. */
export interface JobWorker<Request, Result> {
  /** Settles when one more can begin; rejects when the signal fires. */
  room(signal: AbortSignal): Promise<void>;
  /** @throws LobarError; what has no code is `internal` */
  run(job: Job<Request, Result>, hooks: JobHooks): Promise<Result>;
}

export interface JobHooks {
  /** Aborted with `cancelled` when the job is told to stop, or another process has taken it over. */
  readonly signal: AbortSignal;
  readonly onStage: (stage: string) => void;
  /** To be called when it has its place. */
  readonly placed: () => void;
}

/** Who is told what becomes of jobs. */
export interface JobObserver<Request, Result, Call> {
  /** Whom to tell of the end of a job, if anybody. */
  callFor(job: Job<Request, Result>): Call | undefined;
  /** It ended here. */
  ended(job: Job<Request, Result>): void;
  /** It failed and will be done again. */
  retried(job: Job<Request, Result>, error: PlainError): void;
  /** It is done once more because the process that did it is gone, or gave no sign. */
  takenOver(job: Job<Request, Result>): void;
  /** The queue failed while a job was in its hands: the job comes again. */
  troubled(error: unknown): void;
}

export interface DeliveryOptions extends Pick<JobHooks, 'placed'> {
  readonly deliveries: number;
  readonly firstRetryMs: number;
  readonly patience: Patience;
  /** Settles when nothing else is at work in this process; nothing more is begun before this one has its place. */
  readonly alone: () => Promise<unknown>;
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
  // Three signs of life within the time after which it is taken for lost.
  const heartbeat = setInterval(() => delivery.working(), backend.ackMs / 3);
  try {
    // Not for longer than it is surely in these hands.
    const patience = { ...options.patience, limitMs: backend.ackMs / 2 };
    const begun = await begin(delivery, patientStore(backend.store, patience), options.deliveries);
    if (begun === 'duplicate') return await delivery.done();
    const { job, wasRunning } = begun;
    if (hasEnded(job)) {
      if (wasRunning) observer.ended(job);
      return await settle(job, delivery, backend, observer, options.patience);
    }
    if (!wasRunning) return await finish(job, delivery, backend, worker, observer, options);
    observer.takenOver(job);
    // It may be what ended its process: done beside others it would take them along, until they were given up as well.
    await options.alone();
    await finish(job, delivery, backend, worker, observer, { ...options, placed: () => {} });
  } catch (error) {
    observer.troubled(error);
  } finally {
    clearInterval(heartbeat);
  }
}

interface Begun<Request, Result> {
  readonly job: Job<Request, Result>;
  /** Somebody had begun it, and did not end it. */
  readonly wasRunning: boolean;
}

async function begin<Request, Result>(
  { body, message }: Delivery<NewJob<Request>>,
  store: JobStore<Request, Result>,
  deliveries: number,
): Promise<Begun<Request, Result> | 'duplicate'> {
  for (;;) {
    const fresh: Job<Request, Result> = { ...body, state: 'queued', attempt: 0 };
    // Who submitted it may not have noted it yet, or has waited for longer than jobs are kept.
    const stored = (await store.find(body.id)) ?? (await store.create(fresh));
    if (stored === undefined) {
      if ((await store.find(body.id)) !== undefined) continue;
      // It was removed while its message was on the way.
      return 'duplicate';
    }
    const { job } = stored;
    if (job.message !== undefined && job.message !== message) return 'duplicate';
    if (hasEnded(job)) return { job, wasRunning: false };
    const next = begunAgain({ ...job, message }, deliveries);
    const updated = await store.update(stored, next);
    if (updated !== undefined) return { job: updated.job, wasRunning: job.state === 'running' };
  }
}

function begunAgain<Request, Result>(job: Job<Request, Result>, deliveries: number): Job<Request, Result> {
  const now = new Date().toISOString();
  if (job.stopping === true) return over(job, { state: 'cancelled', ended: now });
  if (job.attempt < deliveries) return { ...job, state: 'running', started: now, attempt: job.attempt + 1 };
  // It may be the job that ends every process that takes it.
  const error = toPlainError(new LobarError('process-lost', { attempts: job.attempt }));
  return over(job, { state: 'failed', ended: now, error });
}

async function finish<Request, Result, Call>(
  job: Job<Request, Result>,
  delivery: Delivery<NewJob<Request>>,
  backend: Backend<Request, Result, Call>,
  worker: JobWorker<Request, Result>,
  observer: JobObserver<Request, Result, Call>,
  { deliveries, firstRetryMs, placed, patience }: DeliveryOptions,
): Promise<void> {
  const outcome = await run(job, backend.store, worker, placed, patience);
  const { attempt } = job;
  const now = new Date().toISOString();
  const noted = (alter: (job: Job<Request, Result>) => Job<Request, Result>) =>
    change(patientStore(backend.store, patience), job, alter);
  const end = async (how: Partial<Job<Request, Result>>) => {
    const ended = await noted((one) => over(one, { ...how, ended: now }));
    // Another process has it: that one lets go of the delivery.
    if (ended === undefined) return;
    observer.ended(ended);
    await settle(ended, delivery, backend, observer, patience);
  };
  const again = async (how: Partial<Job<Request, Result>>, delayMs: number) => {
    const waiting = await noted((one) => ({ ...over(one, how), state: 'queued' }));
    if (waiting !== undefined) await delivery.again(delayMs);
  };

  if ('result' in outcome) return await end({ state: 'finished', result: outcome.result });
  const { error, stopping } = outcome;
  if (stopping && error.code === 'cancelled') return await end({ state: 'cancelled' });
  const delay = (tries: number) =>
    retryDelayMs(error, { attempt: tries, firstMs: firstRetryMs, random: Math.random() });
  if (isPutBack(error))
    return await again({ attempt: attempt - 1 }, error.code === 'shutting-down' ? 0 : delay(1));
  if (!mayPass(error) || attempt >= deliveries) return await end({ state: 'failed', error });
  observer.retried(job, error);
  await again({ error }, delay(attempt));
}

type Outcome<Result> =
  | { readonly result: Result }
  | { readonly error: PlainError; readonly stopping: boolean };

async function run<Request, Result>(
  job: Job<Request, Result>,
  store: JobStore<Request, Result>,
  worker: JobWorker<Request, Result>,
  placed: () => void,
  patience: Patience,
): Promise<Outcome<Result>> {
  const stop = new AbortController();
  let stopping = false;
  const look = (now: Job<Request, Result> | undefined) => {
    stopping ||= now?.stopping === true;
    if (stopping || now?.attempt !== job.attempt) stop.abort(new LobarError('cancelled', {}));
  };
  const unwatch = store.watch(job.id, look);
  // A stage is a courtesy: one that cannot be noted ends nothing.
  let noted: Promise<unknown> = Promise.resolve();
  const onStage = (stage: string) => {
    noted = noted.then(() => change(store, job, (one) => ({ ...one, stage }))).catch(() => {});
  };
  try {
    // It may have been told so before anybody watched.
    look((await patientStore(store, patience).find(job.id))?.job);
    return { result: await worker.run(job, { signal: stop.signal, onStage, placed }) };
  } catch (error) {
    return { error: toPlainError(error), stopping };
  } finally {
    unwatch();
    await noted;
  }
}

/** Changes a job for as long as it runs as this attempt; undefined when it does not. */
async function change<Request, Result>(
  store: JobStore<Request, Result>,
  { id, attempt }: Pick<Job<Request, Result>, 'id' | 'attempt'>,
  alter: (job: Job<Request, Result>) => Job<Request, Result>,
): Promise<Job<Request, Result> | undefined> {
  for (;;) {
    const stored: Stored<Request, Result> | undefined = await store.find(id);
    if (stored?.job.state !== 'running' || stored.job.attempt !== attempt) return undefined;
    const updated = await store.update(stored, alter(stored.job));
    if (updated !== undefined) return updated.job;
  }
}

/** Without what only holds while it runs, and with this. */
function over<Request, Result>(
  { stage: _, stopping: __, ...job }: Job<Request, Result>,
  how: Partial<Job<Request, Result>>,
): Job<Request, Result> {
  return { ...job, ...how };
}

/** What follows an end; done twice it is harmless, as whoever does it may be lost on the way. */
async function settle<Request, Result, Call>(
  job: Job<Request, Result>,
  delivery: Delivery<NewJob<Request>>,
  { jobs, calls }: Backend<Request, Result, Call>,
  observer: JobObserver<Request, Result, Call>,
  patience: Patience,
): Promise<void> {
  if (job.state === 'failed') {
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
