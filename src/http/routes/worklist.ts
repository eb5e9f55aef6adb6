import type { FastifyInstance } from 'fastify';
import { namedEndpoint } from '../../analysis/named-endpoint.ts';
import { inspectListed } from '../../analysis/worklist/inspect-listed.ts';
import { listWorklist } from '../../analysis/worklist/list-worklist.ts';
import { languages } from '../../config-schema.ts';
import { lookIntoPacs } from '../look-into-pacs.ts';
import type { ServiceContext } from '../service-context.ts';
import {
  endpointsSchema,
  inspectionSchema,
  type WorklistParameters,
  worklistSchema,
} from './worklist-schema.ts';

const defaultLimit = 50;

/** What there is to be analysed, for who reads: found in a PACS, and judged by its headers. */
export function worklistRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { config, pacs, ehrs } = context;
  const look = lookIntoPacs(context);
  const analyzing = { scope: 'analyze' } as const;

  app.get<{ Querystring: WorklistParameters }>(
    '/v1/studies',
    { config: analyzing, schema: worklistSchema },
    async (request, reply) => {
      const { pacs: name, limit, ...query } = request.query;
      const archive = namedEndpoint('pacs', pacs, name);
      const most = limit === undefined ? defaultLimit : Number(limit);
      const found = await look(request, reply, (by) => listWorklist(archive, query, most, by));
      return reply.header('cache-control', 'no-store').send(found);
    },
  );
  app.get<{ Params: { readonly study: string }; Querystring: { readonly pacs?: string } }>(
    '/v1/studies/:study',
    { config: analyzing, schema: inspectionSchema },
    async (request, reply) => {
      const archive = namedEndpoint('pacs', pacs, request.query.pacs);
      const { study } = request.params;
      const found = await look(request, reply, (by) => inspectListed(archive, study, config, by));
      return reply.header('cache-control', 'no-store').send(found);
    },
  );
  app.get('/v1/endpoints', { config: analyzing, schema: endpointsSchema }, (_request, reply) =>
    reply.header('cache-control', 'no-store').send({
      pacs: [...pacs.keys()],
      ehr: [...ehrs.keys()],
      languages,
      language: config.report.language,
    }),
  );
}
