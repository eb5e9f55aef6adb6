import { setTimeout as sleep } from 'node:timers/promises';
import { LobarError } from '../errors.ts';
import type { QueueBackend } from './backend.ts';
import { beaten, inTurn } from './change-job.ts';
import { hasEnded, type Job, type NewJob } from './job.ts';
import type { JobObserver } from './job-observer.ts';
import type { JobWorker } from './job-worker.ts';
import type { Delivery } from './line.ts';
import { runDelivery } from './run-delivery.ts';
import { callId } from './settle-job.ts';
import { Troubles } from './troubles.ts';

export interface JobQueueOptions<Request> {
  /** How often a job may be lost, or fail of itself. */
  readonly deliveries: number;
  /** Before it is begun the second time, seconds. */
  readonly retrySeconds: number;
  /** For so long after it was begun first it is begun again while others fail. */
  readonly retryHours: number;
  /** Whether two requests ask for the same. */
  readonly same: (one: Request, other: Request) => boolean;
}

/** So long work that is done waits for a queue that cannot be reached, ms. */
const patienceMs = 600_000;
const pauseMs = 1000;
const hourMs = 3_600_000;
/** What was told to stop and has not by then is left to whoever it is delivered to next. */
const stoppingMs = 5000;

/** A job as it was submitted, or as it was found when the same was submitted before. */
export interface Submitted<Request, Result> {
  readonly job: Job<Request, Result>;
  readonly isNew: boolean;
}

/** Jobs: submitted by anybody, done by whoever has room, asked for by their ids. */
export class JobQueue<Request, Result, Call> {
  readonly #backend: QueueBackend<Request, Result, Call>;
  readonly #options: JobQueueOptions<Request>;
  readonly #stopped = new AbortController();
  readonly #finished = new AbortController();
  readonly #troubles = new Troubles();
  readonly #atWork = new Set<Promise<void>>();
  #taking: Promise<void> | undefined;
  #finishing: Promise<void> | undefined;
  #observer: JobObserver<Request, Result, Call> | undefined;

  constructor(backend: QueueBackend<Request, Result, Call>, options: JobQueueOptions<Request>) {
    this.#backend = backend;
    this.#options = options;
  }

  get kind(): QueueBackend<Request, Result, Call>['kind'] {
    return this.#backend.kind;
  }

  /** Whether it can be reached at the moment. */
  get up(): boolean {
    return this.#backend.up;
  }

  /** Jobs that nobody has in hand, as far as is known. */
  get waiting(): number {
    return this.#backend.jobs.waiting;
  }

  /** Jobs at work in this process. */
  get running(): number {
    return this.#atWork.size;
  }

  /**
   * Puts a job into the queue; one with the id of another is that other one.
   *
   * @param remember - know its id for longer than the job is kept
   * @throws LobarError `at-capacity`, `queue-unavailable`; `idempotency-key-reused` where the other one is asked for
   *   something else, `analysis-forgotten` where it is known no more what became of it
   */
  async submit(
    asked: NewJob<Request>,
    { remember = false }: { readonly remember?: boolean } = {},
  ): Promise<Submitted<Request, Result>> {
    const { store, jobs } = this.#backend;
    const { id } = asked;
    const before = await store.find(id);
    if (before !== undefined) {
      // Whoever put it in may have been lost before it was.
      if (remember && !(await store.remembers(id))) await store.remember(id);
      return this.#same(before.job, asked);
    }
    if (remember && (await store.remembers(id))) throw new LobarError('analysis-forgotten', {});
    // The message first: it holds all that is needed, so that a job is never lost between the two.
    const isNew = await jobs.push(id, asked);
    const created = await store.create({ ...asked, state: 'queued', attempt: 0 });
    if (remember) await store.remember(id);
    // Somebody has begun it meanwhile, or was asked for the same at the same time: what is noted counts.
    const stored = created ?? (await store.find(id));
    // It has ended since, and is not kept any more.
    if (stored === undefined) throw new LobarError('analysis-forgotten', {});
    return { ...this.#same(stored.job, asked), isNew };
  }

  async find(id: string): Promise<Job<Request, Result> | undefined> {
    return (await this.#backend.store.find(id))?.job;
  }

  /**
   * Ends a job that waits, and tells one that runs to stop; one that has ended is left as it is.
   *
   * @returns the job as it is then; undefined where there is none
   * @throws LobarError `queue-unavailable`
   */
  async cancel(id: string): Promise<Job<Request, Result> | undefined> {
    const { store } = this.#backend;
    return await inTurn(async () => {
      const stored = await store.find(id);
      if (stored === undefined || hasEnded(stored.job)) return stored?.job;
      const updated = await store.update(stored, cancelled(stored.job));
      if (updated === undefined) return beaten;
      if (hasEnded(updated.job)) await this.#settle(updated.job);
      return updated.job;
    });
  }

  /** From now on jobs are done in this process, as many as the worker has room for. */
  work(worker: JobWorker<Request, Result>, observer: JobObserver<Request, Result, Call>): void {
    this.#observer = observer;
    this.#taking ??= this.#take(worker, observer);
  }

  /** Begins no more jobs; those at work go on. Does not wait for them. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#taking;
  }

  /** Ends when what is at work here has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#atWork);
  }

  /**
   * After it was told to stop, when nobody waits for jobs any more: what they came to is noted, without patience for a
   * queue that is away. What does not end within seconds is left behind.
   */
  async finish(): Promise<void> {
    this.#finished.abort();
    // Whoever asks again does not wait again.
    this.#finishing ??= Promise.race([this.idle(), sleep(stoppingMs, undefined, { ref: false })]);
    await this.#finishing;
  }

  async #take(
    worker: JobWorker<Request, Result>,
    observer: JobObserver<Request, Result, Call>,
  ): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      await worker.room(signal).catch(() => {});
      const delivery = await this.#backend.jobs.take(signal);
      if (delivery === undefined) continue;
      // Room was there when it was asked for, which may be hours ago; somebody else may have some.
      if (signal.aborted || worker.full)
        await delivery.again(0).catch((error: unknown) => observer.troubled(error));
      else await this.#begin(delivery, worker, observer);
    }
  }

  /** Settles when the job has its place: else there would seem to be room for one more. */
  async #begin(
    delivery: Delivery<NewJob<Request>>,
    worker: JobWorker<Request, Result>,
    observer: JobObserver<Request, Result, Call>,
  ): Promise<void> {
    const { signal } = this.#stopped;
    const placed = Promise.withResolvers<void>();
    const onStop = () => placed.resolve();
    signal.addEventListener('abort', onStop, { once: true });
    const { deliveries, retrySeconds, retryHours } = this.#options;
    const others = [...this.#atWork];
    const work = runDelivery(delivery, this.#backend, worker, observer, {
      deliveries,
      firstRetryMs: retrySeconds * 1000,
      othersMs: retryHours * hourMs,
      patience: { limitMs: patienceMs, pauseMs, signal: this.#finished.signal },
      placed: placed.resolve,
      alone: () => Promise.all(others),
      troubles: this.#troubles,
    }).finally(() => {
      this.#atWork.delete(work);
      signal.removeEventListener('abort', onStop);
      placed.resolve();
    });
    this.#atWork.add(work);
    await placed.promise;
  }

  /**
   * What follows the end of one that nobody has begun. Its message is not left in the line: it might outlive what is
   * noted. Where this fails, whoever takes the message does it.
   */
  async #settle(job: Job<Request, Result>): Promise<void> {
    const { jobs, calls } = this.#backend;
    this.#observer?.ended(job);
    try {
      const call = this.#observer?.callFor(job);
      if (call !== undefined) await calls.push(callId(job), call);
      if (this.#observer !== undefined) await jobs.drop(job.id);
    } catch (error) {
      this.#observer?.troubled(error);
    }
  }

  #same(job: Job<Request, Result>, asked: NewJob<Request>): Submitted<Request, Result> {
    const { same } = this.#options;
    if (job.owner === asked.owner && same(job.request, asked.request)) return { job, isNew: false };
    throw new LobarError('idempotency-key-reused', {});
  }
}

function cancelled<Request, Result>(job: Job<Request, Result>): Job<Request, Result> {
  if (job.state === 'running') return { ...job, stopping: true };
  return { ...job, state: 'cancelled', ended: new Date().toISOString() };
}
