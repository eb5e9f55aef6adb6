import { isDeepStrictEqual } from 'node:util';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { type KV, Kvm } from '@nats-io/kv';
import { hasEnded, type Job, type NewJob } from '../job.ts';
import type { JobStore, Stored } from '../job-store.ts';
import type { Linked, NatsLink } from './nats-link.ts';
import { isKey, type NatsNames } from './nats-names.ts';
import { inParts, wholeOf } from './nats-parts.ts';
import { watchKey } from './nats-watch.ts';
import type { Seal } from './seal.ts';

export interface NatsStoreOptions {
  readonly names: NatsNames;
  /** How long a job that has ended is kept, ms. */
  readonly keepMs: number;
}

/** Jobs in a key-value bucket of JetStream; every process reads what was written last. */
export class NatsStore<Request, Result> implements JobStore<Request, Result> {
  readonly #link: NatsLink;
  readonly #seal: Seal;
  readonly #options: NatsStoreOptions;

  constructor(link: NatsLink, seal: Seal, options: NatsStoreOptions) {
    this.#link = link;
    this.#seal = seal;
    this.#options = options;
  }

  async find(id: string): Promise<Stored<Request, Result> | undefined> {
    if (!isKey(id)) return undefined;
    return await this.#link.use(async (linked) => {
      const bucket = await this.#jobs(linked);
      const entry = await bucket.get(id);
      if (entry === null) return await this.#inLine(id, linked);
      const whole = entry.operation === 'PUT' ? await wholeOf(bucket, id, entry.value) : undefined;
      if (whole === undefined) return undefined;
      const job = await this.#seal.open<Job<Request, Result>>(whole);
      return this.#isOver(job) ? undefined : { job, revision: entry.revision };
    });
  }

  async create(job: Job<Request, Result>): Promise<Stored<Request, Result> | undefined> {
    return await this.update({ job, revision: 0 }, job);
  }

  async update(
    { revision }: Pick<Stored<Request, Result>, 'revision'> & Partial<Stored<Request, Result>>,
    job: Job<Request, Result>,
  ): Promise<Stored<Request, Result> | undefined> {
    const sealed = await this.#seal.close(job);
    const written = await this.#link.use(async (linked) => {
      const bucket = await this.#jobs(linked);
      const longest = linked.connection.info?.max_payload ?? 2 ** 20;
      const value = await inParts(bucket, job.id, sealed, longest);
      try {
        return await bucket.put(job.id, value, { previousSeq: revision });
      } catch (error) {
        if (!isBehind(error)) throw error;
        return undefined;
      }
    });
    if (written !== undefined) return { job, revision: written };
    // It may be what was written here, and the answer was lost.
    const there = await this.find(job.id);
    return there !== undefined && there.revision > 0 && isDeepStrictEqual(there.job, job) ? there : undefined;
  }

  /** Whatever is there: the job begins anew. */
  async reset(job: Job<Request, Result>): Promise<void> {
    const sealed = await this.#seal.close(job);
    await this.#link.use(async (linked) => (await this.#jobs(linked)).put(job.id, sealed));
  }

  watch(id: string, changed: (job: Job<Request, Result>) => void): () => void {
    return watchKey(this.#link, `$KV.${this.#options.names.jobBucket}.${id}`, () => this.find(id), changed);
  }

  async remember(id: string): Promise<void> {
    await this.#link.use(async (linked) => (await this.#keys(linked)).put(id, ''));
  }

  async remembers(id: string): Promise<boolean> {
    return await this.#link.use(async (linked) => (await (await this.#keys(linked)).get(id)) !== null);
  }

  /** One that nobody has begun, and that waits for longer than jobs are kept: its message says all there is. */
  async #inLine(id: string, { manager }: Linked): Promise<Stored<Request, Result> | undefined> {
    const { stream, subject } = this.#options.names.jobs;
    const message = await manager.streams.getMessage(stream, { last_by_subj: `${subject}.${id}` });
    if (message === null) return undefined;
    const asked = await this.#seal.open<NewJob<Request>>(message.data);
    return { job: { ...asked, state: 'queued', attempt: 0 }, revision: 0 };
  }

  async #jobs({ stream }: Linked): Promise<KV> {
    return await new Kvm(stream).open(this.#options.names.jobBucket, { allow_direct: false });
  }

  async #keys({ stream }: Linked): Promise<KV> {
    return await new Kvm(stream).open(this.#options.names.keyBucket, { allow_direct: false });
  }

  #isOver(job: Job<Request, Result>): boolean {
    const { ended } = job;
    return hasEnded(job) && ended !== undefined && Date.now() - Date.parse(ended) >= this.#options.keepMs;
  }
}

/** Somebody else has written meanwhile. */
function isBehind(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}
