import type { Job } from './job.ts';

/** A job with the revision that it was read at. */
export interface Stored<Request, Result> {
  readonly job: Job<Request, Result>;
  readonly revision: number;
}

/** Where jobs are kept while they wait, run and can be asked for. All of it may throw LobarError `queue-unavailable`. */
export interface JobStore<Request, Result> {
  find(id: string): Promise<Stored<Request, Result> | undefined>;
  /** @returns undefined where there is one already */
  create(job: Job<Request, Result>): Promise<Stored<Request, Result> | undefined>;
  /**
   * Finds itself done where it was done before: the answer may have been lost on the way.
   *
   * @returns undefined where it was changed since it was read
   */
  update(
    stored: Stored<Request, Result>,
    job: Job<Request, Result>,
  ): Promise<Stored<Request, Result> | undefined>;
  /** Calls back with every change from now on, and perhaps with how it is now, until it is told to stop. */
  watch(id: string, changed: (job: Job<Request, Result>) => void): () => void;
  /** Notes an id for longer than its job is kept. */
  remember(id: string): Promise<void>;
  remembers(id: string): Promise<boolean>;
}
