import type { FastifyReply } from 'fastify';
import type { AnalysisJob } from '../../analysis/jobs/analysis-job.ts';
import { jobPath } from '../../analysis/jobs/analysis-job.ts';
import { hasEnded } from '../../queue/job.ts';
import { toDocument } from './job-document.ts';

/** After so long it makes sense to ask again, seconds: an analysis takes some. */
export const askAgainSeconds = 5;

/** That a job is in the queue (RFC 7240 4.1): also one that was there before. */
export function sendJob(reply: FastifyReply, job: AnalysisJob): FastifyReply {
  reply.header('location', jobPath(job.id)).header('preference-applied', 'respond-async');
  reply.header('retry-after', hasEnded(job) ? 0 : askAgainSeconds);
  return reply.status(202).send(toDocument(job));
}
