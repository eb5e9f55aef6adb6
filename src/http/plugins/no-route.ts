import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { LobarError } from '../../errors.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Only there so that a parameter of another route does not match: it is answered as if it were not there. */
    readonly noRoute?: true;
  }
}

/**
 * What no route answers: 405 with Allow where the path has other methods (RFC 9110 15.5.6), else 404. Before a
 * body is looked at: of what type it is does not matter any more.
 */
export const noRoute = fastifyPlugin(async (app) => {
  const paths = new Map<string, OfferedPath>();
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.noRoute) return;
    const path = paths.get(url) ?? offeredPath(url);
    for (const one of [method].flat()) path.methods.add(one);
    paths.set(url, path);
  });
  app.addHook('onRequest', async (request, reply) => {
    if (!request.is404 && !request.routeOptions.config.noRoute) return;
    const { method } = request;
    const asked = pathOf(request);
    const [found] = [...paths.values()]
      .filter(({ pattern }) => pattern.test(asked))
      .toSorted((a, b) => a.wildcards - b.wildcards);
    const allowed = [...(found?.methods ?? [])];
    if (allowed.length === 0) throw new LobarError('route-not-found', { method });
    reply.header('allow', allowed.join(', '));
    throw new LobarError('method-not-allowed', { method, allowed });
  });
});

interface OfferedPath {
  readonly pattern: RegExp;
  /** Where several match, the one with the fewest decides. */
  readonly wildcards: number;
  readonly methods: Set<string>;
}

/** By the template of a route: `:name` is one segment, a `*` at the end is anything. */
function offeredPath(template: string): OfferedPath {
  const patterns = template.split('/').map((segment) => {
    if (segment === '*') return '.*';
    return segment.startsWith(':') ? '[^/]+' : segment.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return {
    pattern: new RegExp(`^${patterns.join('/')}$`),
    wildcards: template.split(/[:*]/).length - 1,
    methods: new Set(),
  };
}

function pathOf({ url }: Pick<FastifyRequest, 'url'>): string {
  const [path = ''] = url.split('?');
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
