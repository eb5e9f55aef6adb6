import type { FastifyInstance } from 'fastify';
import type { InstanceIndex } from './instance-index.ts';
import { assertJsonAcceptable } from './negotiate-syntax.ts';
import { type Search, search } from './search.ts';
import type { Level } from './search-attributes.ts';

interface SearchRequest {
  readonly Params: { readonly study?: string; readonly series?: string };
  readonly Querystring: Search['query'];
}

const searches: readonly [path: string, level: Level][] = [
  ['/studies', 'study'],
  ['/series', 'series'],
  ['/instances', 'instance'],
  ['/studies/:study/series', 'series'],
  ['/studies/:study/instances', 'instance'],
  ['/studies/:study/series/:series/instances', 'instance'],
];

/** QIDO-RS (PS3.18 10.6). */
export function searchRoutes(app: FastifyInstance, index: InstanceIndex, root: () => string): void {
  for (const [path, level] of searches) {
    app.get<SearchRequest>(path, (request, reply) => {
      assertJsonAcceptable(request.headers.accept);
      const { params, query } = request;
      const results = search(index, {
        level,
        studyUid: params.study,
        seriesUid: params.series,
        query,
        root: root(),
      });
      if (query['fuzzymatching'] === 'true') {
        // The text is the standard's (PS3.18 8.3.4.2).
        const warning =
          'The fuzzymatching parameter is not supported. Only literal matching has been performed.';
        reply.header('warning', `299 ${new URL(root()).host} "${warning}"`);
      }
      if (results.length === 0) return reply.code(204).send();
      return reply.type('application/dicom+json').send(JSON.stringify(results));
    });
  }
}
