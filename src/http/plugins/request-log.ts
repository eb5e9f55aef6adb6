import fastifyPlugin from 'fastify-plugin';

/** One line an answered request: the route's template, never the URL, which may hold identifiers. */
export const requestLog = fastifyPlugin(async (app) => {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      // By what it is known, never who it is: that may be a person.
      client: request.client?.kind,
      ms: Math.round(reply.elapsedTime),
    };
    const quiet = request.routeOptions.url?.startsWith('/health') ?? false;
    request.log[quiet ? 'debug' : 'info'](line, 'answered');
  });
});
