import type { FastifyRequest } from 'fastify';

/** Whose request it is, for fairness and limits: never for a log. */
export function clientOf(request: FastifyRequest): string {
  return request.ip;
}
