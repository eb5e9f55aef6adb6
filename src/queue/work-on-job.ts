import { LobarError, type PlainError, toPlainError } from '../errors.ts';
import { changeJob } from './change-job.ts';
import type { Job } from './job.ts';
import type { JobStore } from './job-store.ts';
import type { JobWorker } from './job-worker.ts';
import { type Patience, patientStore } from './patiently.ts';

export type Outcome<Result> = { readonly result: Result } | { readonly error: PlainError };

/** Has a job done that was begun here, and stopped when it is told so, or when another process has it. Never throws. */
export async function workOnJob<Request, Result>(
  job: Job<Request, Result>,
  store: JobStore<Request, Result>,
  worker: JobWorker<Request, Result>,
  placed: () => void,
  patience: Patience,
): Promise<Outcome<Result>> {
  const stop = new AbortController();
  const look = (now: Job<Request, Result> | undefined) => {
    if (now?.stopping === true || now?.attempt !== job.attempt) stop.abort(new LobarError('cancelled', {}));
  };
  const unwatch = store.watch(job.id, look);
  // A stage is a courtesy: one that cannot be noted ends nothing.
  let noted: Promise<unknown> = Promise.resolve();
  const onStage = (stage: string) => {
    noted = noted.then(() => changeJob(store, job, (one) => ({ ...one, stage }))).catch(() => {});
  };
  try {
    // It may have been told so before anybody watched.
    look((await patientStore(store, patience).find(job.id))?.job);
    return { result: await worker.run(job, { signal: stop.signal, onStage, placed }) };
  } catch (error) {
    return { error: toPlainError(error) };
  } finally {
    unwatch();
    await noted;
  }
}
