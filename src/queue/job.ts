import type { PlainError } from '../errors.ts';

export const jobStates = ['queued', 'running', 'finished', 'failed', 'cancelled'] as const;
export type JobState = (typeof jobStates)[number];

/** What somebody wants done and does not wait for. Plain JSON, as it crosses processes. */
export interface NewJob<Request> {
  /** UUID; the same for what is to be done only once. */
  readonly id: string;
  /** Who may ask for it: opaque here. */
  readonly owner: string;
  readonly request: Request;
  /** ISO 8601. */
  readonly submitted: string;
}

/** How far a job is, and in the end what became of it. Plain JSON. */
export interface Job<Request, Result> extends NewJob<Request> {
  readonly state: JobState;
  /** When it was begun last, and when it ended: ISO 8601. */
  readonly started?: string;
  readonly ended?: string;
  /** When it was begun first. */
  readonly begun?: string;
  /** How often it was begun, without the times that it was put back for no fault of its own. */
  readonly attempt: number;
  /** How often it was lost with its process, or failed of itself: that is limited. */
  readonly failures?: number;
  /** Its process was lost while it ran, and no attempt has ended of itself since. */
  readonly suspect?: true;
  /** What it is at. */
  readonly stage?: string;
  /** It was told to stop while it ran. */
  readonly stopping?: true;
  /** Of a finished one. */
  readonly result?: Result;
  /** Why it failed; of one that waits to be begun again, why it did before. */
  readonly error?: PlainError;
  /** The message of the line that it is bound to: another one for the same job is a duplicate. */
  readonly message?: string;
}

const ends: ReadonlySet<JobState> = new Set(['finished', 'failed', 'cancelled']);

export function hasEnded({ state }: Pick<Job<unknown, unknown>, 'state'>): boolean {
  return ends.has(state);
}

/** Without what only holds while it runs. */
export function withoutRun<One extends Partial<Job<unknown, unknown>>>({
  stage: _,
  stopping: __,
  suspect: ___,
  ...job
}: One): Omit<One, 'stage' | 'stopping' | 'suspect'> {
  return job;
}
