import type { FastifyRequest } from 'fastify';
import { type AnalysisJob, newJob } from '../../analysis/jobs/analysis-job.ts';
import { namedEndpoint } from '../../analysis/named-endpoint.ts';
import { publishTarget } from '../../analysis/publish-target.ts';
import { LobarError } from '../../errors.ts';
import { traceHeaders } from '../../telemetry/trace-headers.ts';
import type { AnalysisRequest } from '../routes/analyses-schema.ts';
import type { ServiceContext } from '../service-context.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { ownerOf } from './job-owner.ts';

/**
 * Puts what a request asks for into the queue. Its endpoints are looked up now, so that a wrong name is told at once.
 *
 * @throws LobarError as JobQueue.submit, `endpoint-unknown`, `publish-not-configured`, `request-invalid`, `shutting-down`
 */
export async function submitJob(
  { client, ip, headers }: FastifyRequest,
  { study, pacs, series, ehr, accession, language, callback, documents, publish = true }: AnalysisRequest,
  context: ServiceContext,
): Promise<AnalysisJob> {
  if (documents !== undefined) {
    // They are not kept, and so nobody could fetch them later.
    const problem = 'body.documents cannot be had with Prefer: respond-async';
    throw new LobarError('request-invalid', { problem });
  }
  if (context.admission.draining) throw new LobarError('shutting-down', {});
  const { identity } = client;
  const key = idempotencyKey(headers['idempotency-key']);
  const asked = {
    study,
    pacs: namedEndpoint('pacs', context.pacs, pacs).name,
    ...(series === undefined ? {} : { series }),
    ...(publish === false ? {} : { ehr: publishTarget(context, ehr).name }),
    ...(publish === 'dry-run' ? { dryRun: true as const } : {}),
    ...(accession === undefined ? {} : { accession: accession.trim() }),
    ...(language === undefined ? {} : { language }),
    ...(callback === undefined
      ? {}
      : { callback: namedEndpoint('callback', context.callbacks, callback).name }),
    caller: { address: ip, ...(identity === undefined ? {} : { identity }) },
    trace: traceHeaders(),
  };
  const { job } = await context.jobs.submit(newJob(ownerOf(client), asked, key), {
    remember: key !== undefined,
  });
  return job;
}
