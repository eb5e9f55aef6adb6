import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { ServiceContext } from '../service-context.ts';

const LiveSchema = Type.Object({ status: Type.Literal('live') });

const readySchema = (status: 'ready' | 'draining') =>
  Type.Object({
    status: Type.Literal(status),
    inFlight: Type.Integer({ minimum: 0, description: 'Analyses that run or wait in this process' }),
  });

const answer = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
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
      schema: {
        operationId: 'getLiveness',
        tags: ['health'],
        summary: 'Is the process alive',
        description: 'Asks nobody downstream. A process that does not answer is to be restarted.',
        'x-lobar': { errors: errorsOf.health },
        response: { 200: answer('Alive', LiveSchema) },
      },
    },
    () => ({ status: 'live' }),
  );
  app.get(
    '/health/ready',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getReadiness',
        tags: ['health'],
        summary: 'May work be sent here',
        description: 'A process that is full stays ready: it answers 503 to the analysis itself.',
        'x-lobar': { errors: errorsOf.health },
        response: {
          200: answer('Ready', readySchema('ready')),
          503: answer('Draining: send work elsewhere', readySchema('draining')),
        },
      },
    },
    (_request, reply) => {
      const status = admission.draining ? 'draining' : 'ready';
      return reply.status(admission.draining ? 503 : 200).send({ status, inFlight: admission.inFlight });
    },
  );
}
