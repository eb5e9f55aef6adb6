import type { FastifyInstance, HTTPMethods } from 'fastify';
import { LobarError } from '../errors.ts';

const known: readonly HTTPMethods[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Refuses every other method of a path with 405 and Allow (RFC 9110 15.5.6), instead of "no such route". */
export function onlyMethods(app: FastifyInstance, url: string, offered: readonly HTTPMethods[]): void {
  // Fastify answers HEAD wherever it answers GET.
  const allowed = offered.flatMap((one) => (one === 'GET' ? [one, 'HEAD'] : [one]));
  app.route({
    method: known.filter((one) => !offered.includes(one)),
    url,
    config: { scope: 'public' },
    schema: { hide: true },
    // Before a body is looked at: of what type it is does not matter any more.
    onRequest: async (request, reply) => {
      reply.header('allow', allowed.join(', '));
      throw new LobarError('method-not-allowed', { method: request.method, allowed });
    },
    handler: async () => {},
  });
}
