import { LobarError } from '../errors.ts';
import type { QueueBackend } from './backend.ts';
import { hasEnded, type Job, type NewJob } from './job.ts';
import { callId, type JobObserver, type JobWorker, runDelivery } from './run-delivery.ts';

export interface JobQueueOptions<Request> {
  /** How often a job is begun at most. */
  readonly deliveries: number;
  /** Before it is begun the second time, seconds. */
  readonly retrySeconds: number;
  /** Whether two requests ask for the same. */
  readonly same: (one: Request, other: Request) => boolean;
}

/** So long work that is done waits for a queue that cannot be reached, ms. */
const patienceMs = 600_000;
const pauseMs = 1000;

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
  readonly #atWork = new Set<Promise<void>>();
  #taking: Promise<void> | undefined;
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

  /** Jobs that nobody has begun. */
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
    if (before !== undefined) return this.#same(before.job, asked);
    if (remember && (await store.remembers(id))) throw new LobarError('analysis-forgotten', {});
    // The message first: it holds all that is needed, so that a job is never lost between the two.
    const isNew = await jobs.push(id, asked);
    const created = await store.create({ ...asked, state: 'queued', attempt: 0 });
    if (remember) await store.remember(id);
    // Somebody has begun it meanwhile, or was asked for the same at the same time: what is noted counts.
    const stored = created ?? (await store.find(id));
    // Removed, so that its message will be dropped.
    if (stored === undefined) throw new LobarError('analysis-forgotten', {});
    return { ...this.#same(stored.job, asked), isNew };
  }

  async find(id: string): Promise<Job<Request, Result> | undefined> {
    return (await this.#backend.store.find(id))?.job;
  }

  /** Calls back with every change from now on, until it is told to stop. */
  watch(id: string, changed: (job: Job<Request, Result>) => void): () => void {
    return this.#backend.store.watch(id, changed);
  }

  /**
   * Ends a job that waits, tells one that runs to stop, and removes one that has ended.
   *
   * @returns the job as it is then; undefined where there is none
   */
  async cancel(id: string): Promise<Job<Request, Result> | undefined> {
    const { store } = this.#backend;
    for (;;) {
      const stored = await store.find(id);
      if (stored === undefined) return undefined;
      const { job } = stored;
      if (hasEnded(job)) {
        await store.remove(id);
        return job;
      }
      // It changed meanwhile: looked at again.
      const updated = await store.update(stored, cancelled(job));
      if (updated === undefined) continue;
      if (hasEnded(updated.job)) await this.#settle(updated.job);
      return updated.job;
    }
  }

  /** From now on jobs are done in this process, as many as the worker has room for. */
  work(worker: JobWorker<Request, Result>, observer: JobObserver<Request, Result, Call>): void {
    this.#observer = observer;
    this.#taking ??= this.#take(worker, observer);
  }

  /** Begins no more jobs; those at work go on. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#taking;
  }

  /** Ends when what is at work here has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#atWork);
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
      // Until it has its place: else there would seem to be room for one more.
      const placed = Promise.withResolvers<void>();
      const { deliveries, retrySeconds } = this.#options;
      const others = [...this.#atWork];
      const work = runDelivery(delivery, this.#backend, worker, observer, {
        deliveries,
        firstRetryMs: retrySeconds * 1000,
        patience: { limitMs: patienceMs, pauseMs, signal },
        placed: placed.resolve,
        alone: () => Promise.all(others),
      }).finally(() => {
        this.#atWork.delete(work);
        placed.resolve();
      });
      this.#atWork.add(work);
      await placed.promise;
    }
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
