import type { NewJob } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { Line } from './line.ts';

/** What a queue stands on. */
export interface QueueBackend<Request, Result, Call> {
  readonly kind: 'in-process' | 'nats';
  /** Whether it can be reached at the moment. */
  readonly up: boolean;
  /** How long a delivery may be silent before it is given to another, ms. */
  readonly ackMs: number;
  readonly store: JobStore<Request, Result>;
  readonly jobs: Line<NewJob<Request>>;
  /** Whom to tell of what. */
  readonly calls: Line<Call>;
  close(): Promise<void>;
}
