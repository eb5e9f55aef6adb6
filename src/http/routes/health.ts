import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import type { AnalysisQueue } from '../../analysis/jobs/analysis-job.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { ServiceContext } from '../service-context.ts';

const LiveSchema = Type.Object({ status: Type.Literal('live') });

const QueueSchema = Type.Object(
  {
    kind: Type.Unsafe<AnalysisQueue['kind']>({
      type: 'string',
      enum: ['in-process', 'nats'],
      description:
        'in-process: a line of this process alone; its jobs end with it, and only this process answers for them. nats: all processes share it',
    }),
    up: Type.Boolean({
      description: 'Whether it can be reached; a process without its queue still answers who waits',
    }),
    waiting: Type.Integer({ minimum: 0, description: 'Jobs that nobody has begun, as far as is known' }),
  },
  { description: 'Where analyses are that nobody waits for' },
);

const readySchema = (status: 'ready' | 'draining') =>
  Type.Object({
    status: Type.Literal(status),
    inFlight: Type.Integer({ minimum: 0, description: 'Analyses that run or wait in this process' }),
    queue: QueueSchema,
  });

const answer = (description: string, schema: object) => ({
  description,
  content: { 'application/json': { schema } },
});

/**
 * Liveness asks nobody downstream; readiness is false only while the process drains. A full process stays
 * ready and answers 503 itself. Before the models are warm the port is not open yet.
 */
export function healthRoutes(
  app: FastifyInstance,
  { admission, jobs }: Pick<ServiceContext, 'admission' | 'jobs'>,
): void {
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
      const { kind, up, waiting } = jobs;
      return reply
        .status(admission.draining ? 503 : 200)
        .send({ status, inFlight: admission.inFlight, queue: { kind, up, waiting } });
    },
  );
}
