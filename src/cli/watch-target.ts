import {
  type AnalysisRequest,
  type Call,
  type JobResult,
  sameRequest,
} from '../analysis/jobs/analysis-job.ts';
import { automaticTargets, enqueueAutomatic } from '../analysis/jobs/enqueue-automatic.ts';
import { openServiceClient } from '../client/open-service-client.ts';
import { reportStableStudy } from '../client/report-stable-study.ts';
import type { Config } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { JobQueue } from '../queue/job-queue.ts';
import { openQueueBackend } from '../queue/open-queue-backend.ts';
import type { EnqueueStudy } from '../watch/open-rounds.ts';
import { tlsOf } from './analyze-on-server.ts';
import { type Arguments, textOption } from './command.ts';

export interface WatchTarget {
  readonly enqueue: EnqueueStudy;
  readonly name: string;
  close(): Promise<void>;
}

/**
 * What eligible studies are handed to: the service of --server, or else the queue of the configuration.
 *
 * @param pacs - that is watched, by its name, which the service knows it by too
 * @throws LobarError `usage-invalid` where there is neither; `endpoint-unknown`, `publish-not-configured`,
 *   `config-invalid`
 */
export async function openWatchTarget(
  args: Arguments,
  config: Config,
  pacs: string,
  signal: AbortSignal,
): Promise<WatchTarget> {
  const url = textOption(args, 'server');
  if (url === undefined) return await openQueue(config, pacs);
  const tokenFile = textOption(args, 'token-file');
  const client = openServiceClient({ url, tls: tlsOf(args), tokenFile, outbound: config });
  return {
    name: 'a service',
    enqueue: (study) => reportStableStudy(client, { study, pacs }, signal),
    close: () => client.close(),
  };
}

async function openQueue(config: Config, pacs: string): Promise<WatchTarget> {
  if (config.queue.url === undefined) {
    const problem =
      'There is nothing to enqueue in: configure queue.url, or name a service with --server URL';
    throw new LobarError('usage-invalid', { problem, command: 'watch' });
  }
  const targets = automaticTargets(config);
  const backend = await openQueueBackend<AnalysisRequest, JobResult, Call>(config.queue);
  const queue = new JobQueue(backend, { ...config.queue, same: sameRequest });
  return {
    name: `the queue (${backend.kind})`,
    async enqueue(study) {
      const { isNew } = await enqueueAutomatic(queue, { study, pacs, ...targets });
      return isNew ? 'enqueued' : 'known';
    },
    close: () => backend.close(),
  };
}
