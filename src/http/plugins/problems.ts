import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { LobarError, stackFrames } from '../../errors.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { fhirJson, prefersFhir } from '../negotiate.ts';
import { toLobarError, toProblem } from '../problem.ts';

const retryAfterSeconds = 5;

/** The one place where errors become answers: problem+json, or an OperationOutcome for a FHIR client. */
export const problems = fastifyPlugin(async (app) => {
  app.setErrorHandler((error, request, reply) => sendError(toLobarError(error, request), request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(new LobarError('route-not-found', { method: request.method }), request, reply),
  );
});

function sendError(error: LobarError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return prefersFhir(request) ? sendOutcome(error, request, reply) : sendProblem(error, request, reply);
}

/** An error as OperationOutcome. `details.expression`, a FHIRPath into the request, becomes its expression. */
export function sendOutcome(error: LobarError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  prepare(error, request, reply);
  const { code, message, status } = error;
  const { expression, ...details } = error.details;
  const outcome = toOperationOutcome({
    code,
    message,
    status,
    details,
    requestId: request.id,
    ...(expression === undefined ? {} : { expression: String(expression) }),
  });
  return reply.status(status).type(fhirJson).send(JSON.stringify(outcome));
}

export function sendProblem(error: LobarError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  prepare(error, request, reply);
  const problem = toProblem(error, request.id);
  return reply.status(error.status).type('application/problem+json').send(JSON.stringify(problem));
}

function prepare(error: LobarError, request: FastifyRequest, reply: FastifyReply): void {
  logError(error, request);
  if (request.story !== undefined) request.story.code = error.code;
  if (error.status === 503 || error.status === 429) {
    reply.header('retry-after', error.details['retryAfterSeconds'] ?? retryAfterSeconds);
  }
  // What is left of a body must not be taken for the next request, nor be read to its end for nothing.
  if (!request.raw.complete || request.body instanceof Readable) reply.header('connection', 'close');
}

/** Codes and our own sentences only: details may hold UIDs, the words of others may hold anything. */
export function logError(error: LobarError, request: FastifyRequest): void {
  const line = { code: error.code, status: error.status, route: request.routeOptions.url };
  const isOurs = error.code === 'internal' || error.code === 'inference-failed';
  if (!isOurs) request.log.warn(line, error.logged);
  else request.log.error({ ...line, cause: stackFrames(error.cause) }, error.logged);
}
