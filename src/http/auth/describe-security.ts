/** Authentication in the OpenAPI document: the schemes, and what every route that needs one has in common. */
import type { FastifySchema } from 'fastify';
import type { RouteScope } from './client.ts';

export const securitySchemes = {
  token: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description:
      'An access token of the configured OpenID provider (auth.oidc); /.well-known/oauth-protected-resource names it. The scopes are the default names',
  },
  // Of OpenAPI 3.1 (4.8.27.1); the types of @fastify/swagger do not know it.
  certificate: {
    type: 'mutualTLS',
    description: 'A client certificate (auth.clientCertificates)',
  } as unknown as { type: 'http'; scheme: string },
} as const;

/** Any of them will do. */
const scopeNames = { analyze: ['lobar.analyze'], read: ['lobar.read', 'lobar.analyze'] };

/** The schema of a route with what its scope means. */
export function withSecurity(schema: FastifySchema, scope: RouteScope): FastifySchema {
  if (scope === 'public') return { ...schema, security: [] };
  const tokens = scopeNames[scope].map((name) => ({ token: [name] }));
  return { ...schema, security: [...tokens, { certificate: [] }] };
}
