import { fromPlainError, LobarError, stackFrames } from '../../errors.ts';
import type { JobObserver } from '../../queue/run-delivery.ts';
import type { JobMetrics } from '../../telemetry/job-metrics.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { AnalysisJob, AnalysisRequest, Call, JobResult } from './analysis-job.ts';

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
    ended(job) {
      const outcome = outcomeOf(job);
      metrics.jobEnded(outcome);
      const { error, result } = job;
      const line = { ...lineOf(job), outcome, timingsMs: result?.analysis.timingsMs };
      if (job.state !== 'failed' || error === undefined) return logger.info(line, 'a job has ended');
      metrics.jobBuried(error.code);
      const given = fromPlainError(error);
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

function lineOf({ id, attempt, started }: AnalysisJob): object {
  const ms = started === undefined ? undefined : Date.now() - Date.parse(started);
  return { job: id, attempt, ms };
}

function outcomeOf({ state, result }: AnalysisJob) {
  if (state === 'finished') return result?.analysis.outcome ?? 'analysed';
  return state === 'cancelled' ? 'cancelled' : 'failed';
}
