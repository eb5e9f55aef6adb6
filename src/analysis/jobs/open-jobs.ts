import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Callback, openCallback } from '../../callbacks/callback.ts';
import type { Config } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { OutboundConfig } from '../../outbound/open-agent.ts';
import { JobQueue } from '../../queue/job-queue.ts';
import { openQueueBackend } from '../../queue/open-queue-backend.ts';
import { type Caller, tellCalls } from '../../queue/tell-calls.ts';
import type { JobMetrics } from '../../telemetry/job-metrics.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { AnalysisQueue, AnalysisRequest, Call, JobResult } from './analysis-job.ts';
import { sameRequest } from './analysis-job.ts';
import { callbackEvent } from './callback-event.ts';

/** So long calls that are on their way have to be taken, ms. */
const callsGoOutMs = 2000;

/**
 * How often a callback is tried that this process does not know: with the waits of the calls that is two hours, in which
 * the processes that know it have replaced those with the configuration from before.
 */
const deliveriesOfUnknown = 12;

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
  const stopped = new AbortController();
  const givingUp = new AbortController();
  let telling: Promise<void> = Promise.resolve();
  /** Calls that came into the hands of this process, and were not taken yet. */
  const untold = new Set<string>();
  const onFailed: Caller<Call>['onFailed'] = (id, { callback, job }, { problem, givenUp }) => {
    if (givenUp) untold.delete(id);
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
          async tell(id, call, signal) {
            untold.add(id);
            const callback = callbacks.get(call.callback);
            if (callback === undefined) return 'no callback of that name is configured here';
            const problem = await callback.tell(callbackEvent(id, call), signal);
            if (problem === undefined) untold.delete(id);
            return problem;
          },
          deliveries: ({ callback }) => callbacks.get(callback)?.deliveries ?? deliveriesOfUnknown,
          onTold: () => metrics.called('delivered'),
          onFailed,
          problemOf: (error) => (error instanceof LobarError ? error.logged : 'an internal error'),
        },
        { ackMs: backend.ackMs, stopped: stopped.signal, givingUp: givingUp.signal },
      );
    },
    async close() {
      await queue.stop();
      await queue.finish();
      // What ended last is taken from the line before nothing is taken any more.
      await setImmediate();
      stopped.abort();
      await Promise.race([telling, sleep(callsGoOutMs, undefined, { ref: false })]);
      givingUp.abort();
      await telling;
      if (backend.kind === 'in-process' && untold.size > 0) {
        logger.warn(
          { calls: untold.size },
          'callbacks that were not taken yet end with this process: queue.url keeps them',
        );
      }
      await Promise.all([...callbacks.values()].map((one) => one.close()));
      await backend.close();
    },
  };
}
