import type { PlainError } from '../errors.ts';
import type { Job } from './job.ts';

/** Who is told what becomes of jobs. */
export interface JobObserver<Request, Result, Call> {
  /** Whom to tell of the end of a job, if anybody. */
  callFor(job: Job<Request, Result>): Call | undefined;
  /** Whether one that failed is put where somebody looks at it. */
  toBury(job: Job<Request, Result>): boolean;
  /** It ended here. */
  ended(job: Job<Request, Result>): void;
  /** It failed and will be done again. */
  retried(job: Job<Request, Result>, error: PlainError): void;
  /** It is done once more because the process that did it is gone, or gave no sign. */
  takenOver(job: Job<Request, Result>): void;
  /** The queue failed while a job was in its hands: the job comes again. */
  troubled(error: unknown): void;
}
