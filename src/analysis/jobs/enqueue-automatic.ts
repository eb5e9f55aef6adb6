import type { Config } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import { endpointName } from '../named-endpoint.ts';
import { type AnalysisQueue, type AnalysisRequest, automaticJob } from './analysis-job.ts';

export type AutomaticTargets = Pick<AnalysisRequest, 'ehr' | 'callback'>;

/**
 * Where what is analysed by itself goes, by `watch`.
 *
 * @throws LobarError `endpoint-unknown`; `publish-not-configured` where there is no EHR to publish to
 */
export function automaticTargets({
  watch,
  ehr,
  callbacks,
}: Pick<Config, 'watch' | 'ehr' | 'callbacks'>): AutomaticTargets {
  const { publish, callback } = watch;
  const [known, told] = [Object.keys(ehr), Object.keys(callbacks)];
  if (publish && known.length === 0 && watch.ehr === undefined) {
    throw new LobarError('publish-not-configured', {});
  }
  return {
    ...(publish ? { ehr: endpointName('ehr', known, watch.ehr) } : {}),
    ...(callback === undefined ? {} : { callback: endpointName('callback', told, callback) }),
  };
}

/**
 * Puts the analysis of a study into the queue that nobody asked for, once a study.
 *
 * @returns the id of the job, and whether it is a new one
 * @throws LobarError `at-capacity`, `queue-unavailable`
 */
export async function enqueueAutomatic(
  queue: Pick<AnalysisQueue, 'submit'>,
  request: AnalysisRequest,
): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const job = automaticJob(request);
  try {
    const { isNew } = await queue.submit(job, { remember: true });
    return { id: job.id, isNew };
  } catch (error) {
    if (error instanceof LobarError && wasThere.has(error.code)) return { id: job.id, isNew: false };
    throw error;
  }
}

/** It was enqueued before: what became of it is not kept any more, or `watch` named other targets then. */
const wasThere: ReadonlySet<string> = new Set(['analysis-forgotten', 'idempotency-key-reused']);
