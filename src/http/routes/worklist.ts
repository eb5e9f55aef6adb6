import type { FastifyInstance } from 'fastify';
import { namedEndpoint } from '../../analysis/named-endpoint.ts';
import { inspectListed } from '../../analysis/worklist/inspect-listed.ts';
import { listWorklist } from '../../analysis/worklist/list-worklist.ts';
import { languages } from '../../config-schema.ts';
import { lookIntoPacs } from '../look-into-pacs.ts';
import type { ServiceContext } from '../service-context.ts';
import { endpointsSchema, inspectionSchema, type WorklistSearch, worklistSchema } from './worklist-schema.ts';

const defaultLimit = 50;

/** What there is to be analysed, for who reads: found in a PACS, and judged by its headers. */
export function worklistRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { config, pacs, ehrs } = context;
  const look = lookIntoPacs(context);
  const analyzing = { scope: 'analyze' } as const;

  app.post<{ Body: WorklistSearch }>(
    '/v1/studies/search',
    { config: analyzing, schema: worklistSchema, bodyLimit: config.limits.requestBytes },
    async (request, reply) => {
      const { pacs: name, limit = defaultLimit, ...query } = request.body;
      const archive = namedEndpoint('pacs', pacs, name);
      const found = await look(request, reply, (by) => listWorklist(archive, query, limit, by));
      return reply.header('cache-control', 'no-store').send(found);
    },
  );
  // Without it this would ask for the study of that name.
  app.get(
    '/v1/studies/search',
    { config: { ...analyzing, noRoute: true }, schema: { hide: true } },
    async () => {},
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
