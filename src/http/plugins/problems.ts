import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { LobarError } from '../../errors.ts';
import { toOperationOutcome } from '../../fhir/operation-outcome.ts';
import { fhirJson, preferred } from '../negotiate.ts';
import { toLobarError, toProblem } from '../problem.ts';

const retryAfterSeconds = 5;

/** The one place where errors become answers: problem+json, or an OperationOutcome for a FHIR client. */
export const problems = fastifyPlugin(async (app) => {
  app.setErrorHandler((error, request, reply) => sendError(toLobarError(error, request), request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(
      new LobarError('route-not-found', { method: request.method, known: 'GET /docs lists what there is.' }),
      request,
      reply,
    ),
  );
});

export function sendError(error: LobarError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  logError(error, request);
  if (error.status === 503) reply.header('retry-after', retryAfterSeconds);
  if (preferred(request) === fhirJson) {
    return reply
      .status(error.status)
      .type(fhirJson)
      .send(JSON.stringify(toOperationOutcome(error)));
  }
  return reply
    .status(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error, request.id)));
}

/** Codes and sentences only: details may hold UIDs, and a foreign error's message may hold anything. */
export function logError(error: LobarError, request: FastifyRequest): void {
  const line = { code: error.code, status: error.status, route: request.routeOptions.url };
  if (error.code === 'internal') {
    const cause = error.cause instanceof Error ? error.cause : undefined;
    request.log.error({ ...line, type: cause?.name, stack: cause?.stack }, error.title);
  } else {
    request.log.warn(line, error.message);
  }
}
