import { type Callback, openCallback } from '../../callbacks/callback.ts';
import type { Config } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { OutboundConfig } from '../../outbound/open-agent.ts';
import { JobQueue } from '../../queue/job-queue.ts';
import { openQueueBackend } from '../../queue/open-queue-backend.ts';
import { tellCalls } from '../../queue/tell-calls.ts';
import type { JobMetrics } from '../../telemetry/job-metrics.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { AnalysisQueue, AnalysisRequest, Call, JobResult } from './analysis-job.ts';
import { sameRequest } from './analysis-job.ts';
import { callbackEvent } from './callback-event.ts';

export interface OpenJobs {
  readonly queue: AnalysisQueue;
  /** Whom ends of jobs can be told, by name. */
  readonly callbacks: ReadonlyMap<string, Callback>;
  /** Begins to tell them. */
  tell(): void;
  /** Waits for what is at work, but not for what does not stop. */
  close(): Promise<void>;
}

/**
 * The queue of analyses, and those who are told of their ends.
 *
 * @throws LobarError `config-invalid`
 */
export async function openJobs(
  { queue: config, callbacks: configured }: Pick<Config, 'queue' | 'callbacks'>,
  { outbound, metrics, logger }: { outbound: OutboundConfig; metrics: JobMetrics; logger: Logger },
): Promise<OpenJobs> {
  const callbacks = new Map(
    Object.entries(configured).map(([name, one]) => [name, openCallback(name, one, outbound)]),
  );
  const backend = await openQueueBackend<AnalysisRequest, JobResult, Call>(config, logger, (reason) =>
    metrics.jobBuried(reason),
  );
  const queue = new JobQueue(backend, { ...config, same: sameRequest });
  metrics.watchQueue(queue);
  const over = new AbortController();
  let telling: Promise<void> = Promise.resolve();
  const onFailed = ({ callback, job }: Call, problem: string, { givenUp }: { readonly givenUp: boolean }) => {
    metrics.called(givenUp ? 'given-up' : 'failed');
    logger.warn({ callback, job: job.id, givenUp }, `a callback was not taken: ${problem}`);
  };
  return {
    queue,
    callbacks,
    tell() {
      telling = tellCalls(
        backend.calls,
        {
          async tell(_id, call, signal) {
            const callback = callbacks.get(call.callback);
            if (callback === undefined) return 'no callback of that name is configured here';
            return await callback.tell(callbackEvent(call), signal);
          },
          deliveries: ({ callback }) => callbacks.get(callback)?.deliveries ?? 1,
          onTold: () => metrics.called('delivered'),
          onFailed,
          problemOf: (error) => (error instanceof LobarError ? error.logged : 'an internal error'),
        },
        backend.ackMs,
        over.signal,
      );
    },
    async close() {
      await queue.stop();
      await queue.finish();
      over.abort();
      await telling;
      await Promise.all([...callbacks.values()].map((one) => one.close()));
      await backend.close();
    },
  };
}
