import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { QueueBackend } from '../../../src/queue/backend.ts';
import { hasEnded, type NewJob } from '../../../src/queue/job.ts';
import { JobQueue } from '../../../src/queue/job-queue.ts';
import { until } from '../../support/until.ts';
import type { Asked, Done, Told, TriedJob, TriedWorker } from './tried-worker.ts';

export type TriedBackend = QueueBackend<Asked, Done, Told>;
export type TriedQueue = JobQueue<Asked, Done, Told>;

/** What a queue stands on, opened for a test. */
export interface OpenedBackend {
  readonly backend: TriedBackend;
  /** What was given up: the codes, by the ids of jobs; absent where nobody can look at it. */
  buried?(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/** Opens one of its own. */
export type OpenBackend = (settings: {
  readonly ackSeconds?: number;
  readonly length?: number;
  readonly keepDays?: number;
}) => Promise<OpenedBackend>;

/** How often a job is begun at most. */
export const deliveries = 3;

export function newJob(what: string, id: string = randomUUID()): NewJob<Asked> {
  return { id, owner: 'somebody', request: { what }, submitted: new Date().toISOString() };
}

/** A backend of which some parts do something else. */
export function withParts(
  backend: TriedBackend,
  {
    store = {},
    jobs = {},
    calls = {},
  }: {
    readonly store?: Partial<TriedBackend['store']>;
    readonly jobs?: Partial<TriedBackend['jobs']>;
    readonly calls?: Partial<TriedBackend['calls']>;
  },
): TriedBackend {
  const over = <One extends object>(one: One, parts: Partial<One>): One =>
    new Proxy(one, {
      get(target, name) {
        const value: unknown = Reflect.get(name in parts ? parts : target, name);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  return over(backend, {
    store: over(backend.store, store),
    jobs: over(backend.jobs, jobs),
    calls: over(backend.calls, calls),
  });
}

/** What tests of a queue need. */
export class QueueBench {
  readonly #open: OpenBackend;
  readonly #queues: TriedQueue[] = [];
  #opened: OpenedBackend | undefined;

  constructor(open: OpenBackend) {
    this.#open = open;
  }

  async open(): Promise<void> {
    this.#opened = await this.#open({ ackSeconds: 1 });
  }

  async close(): Promise<void> {
    for (const queue of this.#queues) await queue.stop();
    await this.#opened?.close();
  }

  get backend(): TriedBackend {
    assert.ok(this.#opened);
    return this.#opened.backend;
  }

  async another(settings: Parameters<OpenBackend>[0]): Promise<OpenedBackend> {
    return await this.#open(settings);
  }

  /** As another process has it. */
  queueOf(on: TriedBackend = this.backend, { retryHours = 1 } = {}): TriedQueue {
    const queue = new JobQueue(on, {
      deliveries,
      retrySeconds: 0.05,
      retryHours,
      same: (one, other) => one.what === other.what,
    });
    this.#queues.push(queue);
    return queue;
  }

  /** Works until what is to be seen was seen. */
  async working(
    worker: TriedWorker,
    use: (queue: TriedQueue) => Promise<void>,
    queue: TriedQueue = this.queueOf(),
  ): Promise<void> {
    queue.work(worker, worker.observer);
    try {
      await use(queue);
    } finally {
      await queue.stop();
      await queue.idle();
    }
  }

  async ended(queue: TriedQueue, id: string): Promise<TriedJob> {
    let job: TriedJob | undefined;
    await until(async () => {
      job = await queue.find(id);
      return job !== undefined && hasEnded(job);
    });
    assert.ok(job);
    return job;
  }

  /** Where one can look: waits until it is among what was given up, for this reason. */
  async buried(id: string, reason: string): Promise<void> {
    const { buried } = this.#opened ?? {};
    if (buried !== undefined) await until(async () => (await buried()).get(id) === reason);
  }

  /** Takes a job as a process does that is lost in the middle of it. */
  async lose(id: string): Promise<void> {
    const { jobs, store } = this.backend;
    const delivery = await jobs.take(AbortSignal.timeout(20_000));
    const stored = await store.find(id);
    assert.equal(delivery?.id, id);
    assert.ok(stored && delivery);
    const { job } = stored;
    const { message } = delivery;
    const failures = (job.failures ?? 0) + (job.state === 'running' ? 1 : 0);
    await store.update(stored, { ...job, state: 'running', attempt: job.attempt + 1, failures, message });
  }
}
