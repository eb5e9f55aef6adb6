import type { Job } from './job.ts';

/** Who does jobs. */
export interface JobWorker<Request, Result> {
  /** Settles when one more can begin; rejects when the signal fires. */
  room(signal: AbortSignal): Promise<void>;
  /** Whether one more would have to wait. */
  readonly full: boolean;
  /** @throws LobarError; what has no code is `internal` */
  run(job: Job<Request, Result>, hooks: JobHooks): Promise<Result>;
}

export interface JobHooks {
  /** Aborted with `cancelled` when the job is told to stop, or another process has taken it over. */
  readonly signal: AbortSignal;
  readonly onStage: (stage: string) => void;
  /** To be called when it has its place. */
  readonly placed: () => void;
}
