import { fromPlainError, LobarError, stackFrames } from '../../errors.ts';
import type { JobObserver } from '../../queue/job-observer.ts';
import { isAskersMistake } from '../../queue/retry.ts';
import type { JobMetrics } from '../../telemetry/job-metrics.ts';
import type { Logger } from '../../telemetry/log.ts';
import {
  type AnalysisJob,
  type AnalysisRequest,
  automatic,
  type Call,
  type JobResult,
} from './analysis-job.ts';

/** Tells log and metrics what becomes of jobs; in words that name nobody. */
export function jobObserver(
  metrics: JobMetrics,
  logger: Pick<Logger, 'info' | 'warn' | 'error'>,
): JobObserver<AnalysisRequest, JobResult, Call> {
  return {
    callFor({ id, state, ended, request: { callback }, result, error }) {
      if (callback === undefined) return undefined;
      return {
        callback,
        job: { id, state, ...(ended === undefined ? {} : { ended }) },
        ...(result === undefined ? {} : { outcome: result.analysis.outcome }),
        ...(error === undefined || state !== 'failed' ? {} : { code: error.code }),
      };
    },
    toBury: isBuried,
    ended(job) {
      const outcome = outcomeOf(job);
      metrics.jobEnded(outcome);
      const { error, result } = job;
      const line = { ...lineOf(job), outcome, timingsMs: result?.analysis.timingsMs };
      if (job.state !== 'failed' || error === undefined) return logger.info(line, 'a job has ended');
      const given = fromPlainError(error);
      if (!isBuried(job)) {
        return logger.warn({ ...line, code: error.code }, `a job cannot be done: ${given.logged}`);
      }
      metrics.jobBuried(error.code);
      const cause = given.cause === undefined ? {} : { cause: stackFrames(given.cause) };
      logger.error({ ...line, code: error.code, ...cause }, `a job was given up: ${given.logged}`);
    },
    retried(job, error) {
      metrics.jobRedelivered();
      logger.warn(
        { ...lineOf(job), code: error.code },
        `a job will be done again: ${fromPlainError(error).logged}`,
      );
    },
    takenOver(job) {
      metrics.jobRedelivered();
      logger.warn(lineOf(job), 'a job is done again: the process that did it is gone, or gave no sign');
    },
    troubled(error) {
      const code = error instanceof LobarError ? error.code : 'internal';
      logger.error(
        { code, cause: stackFrames(error) },
        'the queue failed with a job in hand, which comes again',
      );
    },
  };
}

/** What a client has asked for wrongly it is told; of what nobody asked for nobody else would hear. */
function isBuried({ owner, error }: AnalysisJob): boolean {
  return owner === automatic || error === undefined || !isAskersMistake(error);
}

function lineOf({ id, attempt, started }: AnalysisJob): object {
  const ms = started === undefined ? undefined : Date.now() - Date.parse(started);
  return { job: id, attempt, ms };
}

function outcomeOf({ state, result }: AnalysisJob) {
  if (state === 'finished') return result?.analysis.outcome ?? 'analysed';
  return state === 'cancelled' ? 'cancelled' : 'failed';
}
