import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { LobarError } from '../../errors.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { ServiceContext } from '../service-context.ts';

const MetadataSchema = Type.Object({
  resource: Type.String({ examples: ['https://lobar.example.org'] }),
  authorization_servers: Type.Array(Type.String({ examples: ['https://login.example.org/realms/hospital'] })),
  scopes_supported: Type.Array(Type.String({ examples: ['lobar.analyze'] })),
  bearer_methods_supported: Type.Array(Type.Literal('header')),
  resource_name: Type.String(),
});

const path = '/.well-known/oauth-protected-resource';

/** Where a client learns whose token it needs (RFC 9728). */
export function protectedResourceRoutes(
  app: FastifyInstance,
  { authentication: { resource } }: Pick<ServiceContext, 'authentication'>,
): void {
  for (const url of resource?.paths ?? [path]) {
    app.get(
      url,
      {
        config: { scope: 'public' },
        schema: {
          hide: url !== path,
          operationId: 'getProtectedResource',
          tags: ['keys'],
          summary: 'Who issues the access tokens of this service (RFC 9728)',
          description:
            'For clients that look for their authorization server. 404 where no tokens are accepted.',
          'x-lobar': { errors: errorsOf.protectedResource },
          response: {
            200: {
              description: 'Protected resource metadata',
              content: { 'application/json': { schema: MetadataSchema } },
            },
          },
        },
      },
      (request, reply) => {
        if (resource === undefined) throw new LobarError('route-not-found', { method: request.method });
        return reply.type('application/json').send(resource.metadata);
      },
    );
  }
}
