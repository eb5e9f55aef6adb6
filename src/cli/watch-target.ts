import {
  type AnalysisRequest,
  type Call,
  type JobResult,
  sameRequest,
} from '../analysis/jobs/analysis-job.ts';
import {
  type AutomaticTargets,
  automaticTargets,
  enqueueAutomatic,
} from '../analysis/jobs/enqueue-automatic.ts';
import { openServiceClient } from '../client/open-service-client.ts';
import { reportStableStudy } from '../client/report-stable-study.ts';
import type { Config } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { JobQueue } from '../queue/job-queue.ts';
import { openNatsBackend } from '../queue/nats/open-nats-backend.ts';
import type { Logger } from '../telemetry/log.ts';
import type { EnqueueStudy } from '../watch/open-rounds.ts';
import { tlsOf } from './analyze-on-server.ts';
import { type Arguments, textOption } from './command.ts';

export interface WatchTargetOptions {
  /** That is watched, by its name, which a service knows it by too. */
  readonly pacs: string;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}

export interface WatchTarget {
  readonly enqueue: EnqueueStudy;
  readonly name: string;
  /** Where it is one. */
  readonly queue?: {
    /** Whether it can be reached at the moment. */
    readonly up: boolean;
    /** Whether it was away since this was last asked. */
    wasAway(): boolean;
  };
  close(): Promise<void>;
}

/** Where eligible studies go, checked before anything is opened. */
export type WatchPlan =
  | { readonly kind: 'service'; readonly url: string }
  | { readonly kind: 'queue'; readonly url: string; readonly targets: AutomaticTargets };

/**
 * To the service of --server, or else into the queue of the configuration.
 *
 * @throws LobarError `usage-invalid` where there is neither; `endpoint-unknown`, `publish-not-configured`
 */
export function planWatch(args: Arguments, config: Config): WatchPlan {
  const server = textOption(args, 'server');
  if (server !== undefined) return { kind: 'service', url: server };
  const { url } = config.queue;
  if (url !== undefined) return { kind: 'queue', url, targets: automaticTargets(config) };
  const problem = 'There is nothing to enqueue in: configure queue.url, or name a service with --server URL';
  throw new LobarError('usage-invalid', { problem, command: 'watch' });
}

/** @throws LobarError `config-invalid` */
export async function openWatchTarget(
  plan: WatchPlan,
  args: Arguments,
  config: Config,
  options: WatchTargetOptions,
): Promise<WatchTarget> {
  const { pacs, signal } = options;
  if (plan.kind === 'queue') return await openQueue(plan, config, options);
  const tokenFile = textOption(args, 'token-file');
  const client = openServiceClient({ url: plan.url, tls: tlsOf(args), tokenFile, outbound: config });
  return {
    name: 'a service',
    enqueue: (study) => reportStableStudy(client, { study, pacs }, signal),
    close: () => client.close(),
  };
}

/** A queue that answers is there by then; for one that does not, the studies wait. */
const readyMs = 5000;

async function openQueue(
  { url, targets }: Extract<WatchPlan, { kind: 'queue' }>,
  config: Config,
  { pacs, signal, logger }: WatchTargetOptions,
): Promise<WatchTarget> {
  let wasAway = false;
  const backend = await openNatsBackend<AnalysisRequest, JobResult, Call>(
    { ...config.queue, url },
    logger,
    undefined,
    () => {
      wasAway = true;
    },
  );
  await backend.ready(AbortSignal.any([signal, AbortSignal.timeout(readyMs)])).catch(() => {});
  const queue = new JobQueue(backend, { ...config.queue, same: sameRequest });
  return {
    name: 'the queue',
    queue: {
      get up() {
        return queue.up;
      },
      wasAway() {
        const was = wasAway;
        wasAway = false;
        return was;
      },
    },
    async enqueue(study) {
      const { isNew } = await enqueueAutomatic(queue, { study, pacs, ...targets });
      return isNew ? 'enqueued' : 'known';
    },
    close: () => backend.close(),
  };
}
