import type { FastifyReply, FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { type ToldStory, whenOver } from '../request-story.ts';
import type { ServiceContext } from '../service-context.ts';

/** One line a request, which tells its story: the route's template, never the URL, which may hold identifiers. */
export const requestLog = fastifyPlugin(async (app, { metrics }: Pick<ServiceContext, 'metrics'>) => {
  app.addHook('onRequest', async (request, reply) => {
    request.story = {};
    reply.header('x-request-id', request.id);
    whenOver(request, reply, (story) => {
      const { url = '' } = request.routeOptions;
      if (story.status !== undefined) metrics.responded({ route: url || '(none)', status: story.status });
      const quiet = request.routeOptions.url?.startsWith('/health') ?? false;
      const text = story.hungUp ? 'the client hung up' : 'answered';
      request.log[quiet ? 'debug' : 'info'](lineOf(request, reply, story), text);
    });
  });
});

function lineOf(request: FastifyRequest, reply: FastifyReply, story: ToldStory): object {
  const { outcome, status, code, analysis } = story;
  const { ehr, alreadyPublished, writeMode } = analysis?.published ?? {};
  const { mode, because } = writeMode ?? {};
  return {
    method: request.method,
    route: request.routeOptions.url,
    // By what it is known, never who it is: that may be a person.
    client: request.client?.kind,
    status,
    outcome,
    code,
    ms: Math.round(reply.elapsedTime),
    ehr,
    writeMode: mode,
    because,
    alreadyPublished,
    timingsMs: analysis?.timingsMs,
  };
}
