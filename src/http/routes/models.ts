import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { ModelSchema, NoticeSchema } from '../../analysis/analysis.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { ServiceContext } from '../service-context.ts';

const ModelsSchema = Type.Object({
  models: Type.Array(
    Type.Composite([ModelSchema, Type.Object({ trainingData: Type.String(), intendedUse: Type.String() })]),
  ),
  notices: Type.Array(NoticeSchema, { description: 'For instance why auto took the CPU' }),
});

export function modelRoutes(app: FastifyInstance, { engine }: ServiceContext): void {
  app.get(
    '/v1/models',
    {
      config: { scope: 'read' },
      schema: {
        operationId: 'listModels',
        tags: ['models'],
        summary: 'The model packages in use',
        description:
          'With their checksums, the execution provider, training data and intended use. They change only with a restart.',
        'x-lobar': { errors: errorsOf.protectedReading },
        response: {
          200: { description: 'The packages', content: { 'application/json': { schema: ModelsSchema } } },
        },
      },
    },
    () => ({ models: engine.models, notices: engine.notices }),
  );
}
