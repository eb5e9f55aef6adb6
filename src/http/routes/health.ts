import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import type { ServiceContext } from '../service-context.ts';

const StatusSchema = Type.Object({
  status: Type.String({ examples: ['ready'] }),
  inFlight: Type.Optional(
    Type.Integer({ minimum: 0, description: 'Analyses that run or wait in this process' }),
  ),
});

/**
 * Liveness asks nobody downstream; readiness is false only while the process drains. A full process stays
 * ready and answers 503 itself. Before the models are warm the port is not open yet.
 */
export function healthRoutes(app: FastifyInstance, { admission }: ServiceContext): void {
  app.get(
    '/health/live',
    {
      config: { scope: 'public' },
      schema: { tags: ['health'], summary: 'Is the process alive', response: { 200: StatusSchema } },
    },
    () => ({ status: 'live' }),
  );
  app.get(
    '/health/ready',
    {
      config: { scope: 'public' },
      schema: {
        tags: ['health'],
        summary: 'May work be sent here',
        response: {
          200: StatusSchema,
          503: { ...StatusSchema, description: 'Draining: send work elsewhere' },
        },
      },
    },
    (_request, reply) => {
      const status = admission.draining ? 'draining' : 'ready';
      return reply.status(admission.draining ? 503 : 200).send({ status, inFlight: admission.inFlight });
    },
  );
}
