import { RecentMap } from '../../recent-map.ts';
import type { Job } from '../job.ts';
import { hasEnded } from '../job.ts';
import type { JobStore, Stored } from '../job-store.ts';

export interface MemoryStoreOptions {
  /** How long a job that has ended is kept, and how long an id is remembered, ms. */
  readonly keepMs: number;
  readonly rememberMs: number;
  /** Of jobs that have ended so many are kept, the last ones: they hold their results. */
  readonly ended: number;
  /** So many ids are remembered, the last ones. */
  readonly remembered: number;
}

/** Jobs in the memory of this process: they end with it. */
export class MemoryStore<Request, Result> implements JobStore<Request, Result> {
  readonly #options: MemoryStoreOptions;
  readonly #now: () => number;
  readonly #jobs = new Map<string, Stored<Request, Result>>();
  readonly #remembered: RecentMap<string, number>;
  readonly #watchers = new Map<string, Set<(job: Job<Request, Result>) => void>>();
  readonly #ended = new Set<string>();
  #revision = 0;

  /** @param now - milliseconds since 1970 */
  constructor(options: MemoryStoreOptions, now: () => number = Date.now) {
    this.#options = options;
    this.#now = now;
    this.#remembered = new RecentMap(options.remembered);
  }

  async find(id: string): Promise<Stored<Request, Result> | undefined> {
    return this.#find(id);
  }

  async create(job: Job<Request, Result>): Promise<Stored<Request, Result> | undefined> {
    // Without a pause between the look and the entry: two may come at the same time.
    if (this.#find(job.id) !== undefined) return undefined;
    return this.#put(job);
  }

  async update(
    { revision }: Stored<Request, Result>,
    job: Job<Request, Result>,
  ): Promise<Stored<Request, Result> | undefined> {
    if (this.#jobs.get(job.id)?.revision !== revision) return undefined;
    const stored = this.#put(job);
    for (const changed of this.#watchers.get(job.id) ?? []) changed(job);
    return stored;
  }

  watch(id: string, changed: (job: Job<Request, Result>) => void): () => void {
    const those = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, those.add(changed));
    return () => {
      those.delete(changed);
      if (those.size === 0) this.#watchers.delete(id);
    };
  }

  async remember(id: string): Promise<void> {
    this.#remembered.set(id, this.#now());
  }

  async remembers(id: string): Promise<boolean> {
    const since = this.#remembered.get(id);
    return since !== undefined && this.#now() - since < this.#options.rememberMs;
  }

  #find(id: string): Stored<Request, Result> | undefined {
    const stored = this.#jobs.get(id);
    if (stored === undefined || !this.#isOver(stored.job)) return stored;
    this.#jobs.delete(id);
    return undefined;
  }

  #put(job: Job<Request, Result>): Stored<Request, Result> {
    this.#revision += 1;
    const stored = { job, revision: this.#revision };
    this.#jobs.set(job.id, stored);
    if (hasEnded(job)) this.#forgetOlder(job.id);
    return stored;
  }

  #forgetOlder(id: string): void {
    this.#ended.delete(id);
    this.#ended.add(id);
    // A set keeps the order in which ids were added.
    for (const oldest of this.#ended) {
      const stored = this.#jobs.get(oldest);
      if (this.#ended.size <= this.#options.ended && stored !== undefined && !this.#isOver(stored.job))
        return;
      this.#ended.delete(oldest);
      this.#jobs.delete(oldest);
    }
  }

  #isOver(job: Job<Request, Result>): boolean {
    const { ended } = job;
    return hasEnded(job) && ended !== undefined && this.#now() - Date.parse(ended) >= this.#options.keepMs;
  }
}
