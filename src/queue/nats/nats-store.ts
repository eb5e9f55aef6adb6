import { isDeepStrictEqual } from 'node:util';
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { type KV, type KvEntry, Kvm } from '@nats-io/kv';
import { LobarError } from '../../errors.ts';
import { hasEnded, type Job, type NewJob } from '../job.ts';
import type { JobStore, Stored } from '../job-store.ts';
import type { Linked, NatsLink } from './nats-link.ts';
import { isKey, type NatsNames, streamOfBucket } from './nats-names.ts';
import { inParts, wholeOf } from './nats-parts.ts';
import { watchKey } from './nats-watch.ts';
import type { Place, Seal } from './seal.ts';

export interface NatsStoreOptions {
  readonly names: NatsNames;
  /** How long a job that has ended is kept, ms. */
  readonly keepMs: number;
}

/**
 * Jobs in a key-value bucket of JetStream; every process reads what was written last. What is noted of a job and cannot
 * be opened (encryption was switched on, or a key is gone) is as good as nothing.
 */
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
      const job = await this.#opened(bucket, entry);
      return job === undefined || this.#isOver(job) ? undefined : { job, revision: entry.revision };
    });
  }

  async create(job: Job<Request, Result>): Promise<Stored<Request, Result> | undefined> {
    return (await this.update({ revision: 0 }, job)) ?? (await this.#instead(job));
  }

  async update(
    { revision }: Pick<Stored<Request, Result>, 'revision'> & Partial<Stored<Request, Result>>,
    job: Job<Request, Result>,
  ): Promise<Stored<Request, Result> | undefined> {
    const sealed = await this.#seal.close(job, this.#place(job.id));
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
    const asked = await this.#seal
      .open<NewJob<Request>>(message.data, { within: stream, id })
      .catch(unreadable);
    if (asked === undefined || asked.id !== id) return undefined;
    return { job: { ...asked, state: 'queued', attempt: 0 }, revision: 0 };
  }

  /** In place of what cannot be opened. */
  async #instead(job: Job<Request, Result>): Promise<Stored<Request, Result> | undefined> {
    const unreadable = await this.#link.use(async (linked) => {
      const bucket = await this.#jobs(linked);
      const entry = await bucket.get(job.id);
      if (entry?.operation !== 'PUT' || (await this.#opened(bucket, entry)) !== undefined) return undefined;
      return entry.revision;
    });
    return unreadable === undefined ? undefined : await this.update({ revision: unreadable }, job);
  }

  async #opened(bucket: KV, { key, value, operation }: KvEntry): Promise<Job<Request, Result> | undefined> {
    const whole = operation === 'PUT' ? await wholeOf(bucket, key, value) : undefined;
    if (whole === undefined) return undefined;
    const job = await this.#seal.open<Job<Request, Result>>(whole, this.#place(key)).catch(unreadable);
    return job?.id === key ? job : undefined;
  }

  #place(id: string): Place {
    return { within: streamOfBucket(this.#options.names.jobBucket), id };
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

function unreadable(error: unknown): undefined {
  if (!(error instanceof LobarError) || error.code !== 'message-unreadable') throw error;
}

/** Somebody else has written meanwhile. */
function isBehind(error: unknown): boolean {
  return (
    error instanceof JetStreamApiError &&
    (error.code === JetStreamApiCodes.StreamWrongLastSequence ||
      error.code === JetStreamApiCodes.StreamWrongLastSequenceUnknown)
  );
}
