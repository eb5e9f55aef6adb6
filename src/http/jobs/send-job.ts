import type { FastifyReply } from 'fastify';
import type { AnalysisJob } from '../../analysis/jobs/analysis-job.ts';
import { jobPath } from '../../analysis/jobs/analysis-job.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { hasEnded } from '../../queue/job.ts';
import { fhirJson, type json } from '../negotiate.ts';
import { resourceOf, sendResource } from '../send-resource.ts';
import { failureOf, toDocument } from './job-document.ts';

/** After so long it makes sense to ask again, seconds: an analysis takes some. */
export const askAgainSeconds = 5;

type Representation = typeof json | typeof fhirJson;

/** That a job is in the queue (RFC 7240 4.1): also one that was there before. */
export function sendJob(reply: FastifyReply, job: AnalysisJob, representation: Representation): FastifyReply {
  reply.status(202).header('location', jobPath(job.id)).header('preference-applied', 'respond-async');
  if (!hasEnded(job)) reply.header('retry-after', askAgainSeconds);
  return representation === fhirJson ? sendOutcome(reply, job) : reply.send(toDocument(job));
}

/** How far a job is, or what came of it. */
export function sendState(
  reply: FastifyReply,
  job: AnalysisJob,
  representation: Representation,
): FastifyReply {
  reply.header('cache-control', 'no-store');
  if (representation !== fhirJson) return reply.send(toDocument(job));
  const { result, error, state, id } = job;
  if (result !== undefined) return sendResource(reply, resourceOf(result));
  if (state !== 'failed' || error === undefined) return sendOutcome(reply, job);
  const { code, message, status, details } = failureOf(job, error);
  return sendResource(reply, toOperationOutcome({ code, message, status, details, requestId: id }));
}

function sendOutcome(reply: FastifyReply, { state, id }: AnalysisJob): FastifyReply {
  const message = `The analysis is ${state}.`;
  const severity = 'information' as const;
  return sendResource(
    reply,
    toOperationOutcome({ code: state, message, status: 200, severity, requestId: id }),
  );
}
