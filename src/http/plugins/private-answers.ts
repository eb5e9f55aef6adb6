import fastifyPlugin from 'fastify-plugin';

/** What names patients: nothing of it stays in a cache on its way (RFC 9111 5.2.2.5). */
const named = /^\/(?:v1|fhir)\//;

/**
 * No browser takes an answer for another type than it says (WHATWG Fetch, nosniff), and neither an answer about patients
 * nor a failure is kept by a cache, unless its route has said how long it may be.
 */
export const privateAnswers = fastifyPlugin(async (app) => {
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    const isPrivate = reply.statusCode >= 400 || named.test(request.url);
    if (isPrivate && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
});
