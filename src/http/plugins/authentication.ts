import type { FastifyRequest } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { LobarError } from '../../errors.ts';
import { challenge } from '../auth/challenge.ts';
import { type Client, mayUse, type RouteScope, unknownClient } from '../auth/client.ts';
import { withSecurity } from '../auth/describe-security.ts';
import type { Authentication } from '../auth/open-authentication.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a client must be allowed to, to use this route. Every route says it. */
    readonly scope?: RouteScope;
  }
  interface FastifyRequest {
    client: Client;
  }
}

/**
 * Knows who asks, and refuses who may not, before anything else of a request is looked at: its body is not read.
 * A route that does not say what it needs is a mistake of ours, and the application does not start with it.
 */
export const authentication = fastifyPlugin(async (app, options: { authentication: Authentication }) => {
  const { identify, scopeName, resource } = options.authentication;

  app.addHook('onRoute', (route) => {
    // Those of @fastify/swagger-ui.
    const scope = /^\/docs(?:\/|$)/.test(route.url) ? 'public' : route.config?.scope;
    if (scope === undefined) throw new Error(`${route.method} ${route.url} has no scope in its config`);
    route.config = { ...route.config, scope };
    if (route.schema !== undefined) route.schema = withSecurity(route.schema, scope);
  });

  app.decorateRequest('client');
  app.addHook('onRequest', async (request, reply) => {
    request.client = unknownClient(request.ip);
    const scope = neededBy(request);
    if (scope === 'public') return;
    try {
      request.client = await identify(request.raw, request.ip);
      if (!mayUse(request.client, scope)) {
        throw new LobarError('scope-insufficient', { scope: scopeName(scope) });
      }
    } catch (error) {
      const header = resource && challenge(error, scopeName(scope), resource.metadataUrl);
      if (header !== undefined) reply.header('www-authenticate', header);
      throw error;
    }
  });
});

/** Where there is no route there is nothing to protect; which there are, /openapi.json tells everybody. */
function neededBy({ is404, routeOptions }: FastifyRequest): RouteScope {
  return is404 ? 'public' : (routeOptions.config.scope ?? 'analyze');
}
