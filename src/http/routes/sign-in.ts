import { type Static, Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { oneOf } from '../../analysis/analysis.ts';
import type { Config } from '../../config-schema.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { ServiceContext } from '../service-context.ts';

const SignInSchema = Type.Object({
  kind: oneOf(
    ['none', 'certificate', 'oidc'],
    'none: nobody is asked. certificate: the browser shows one. oidc: by an access token of the issuer',
  ),
  issuer: Type.Optional(
    Type.String({ description: 'OpenID provider', examples: ['https://login.example.org/realms/hospital'] }),
  ),
  clientId: Type.Optional(
    Type.String({ description: 'Of the page, at the issuer; absent where the page cannot be used' }),
  ),
  scope: Type.Optional(Type.String({ examples: ['openid lobar.analyze'] })),
});
type SignIn = Static<typeof SignInSchema>;

/** How the reading page finds out how its reader signs in. */
export function signInRoutes(app: FastifyInstance, { config }: Pick<ServiceContext, 'config'>): void {
  if (!config.page.enabled) return;
  app.get(
    '/sign-in.json',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getSignIn',
        tags: ['description'],
        summary: 'How the reading page signs in',
        description: 'For the page at `/`; where that is switched off there is neither.',
        'x-lobar': { errors: errorsOf.reading },
        response: {
          200: {
            description: 'How, and where',
            content: { 'application/json': { schema: SignInSchema } },
          },
        },
      },
    },
    (_request, reply) => reply.header('cache-control', 'no-cache').send(signIn(config)),
  );
}

/** A certificate is enough where both are accepted; the browser asks its reader for one by itself. */
function signIn({ auth: { oidc, clientCertificates }, page }: Pick<Config, 'auth' | 'page'>): SignIn {
  const { clientId } = page;
  if (oidc === undefined || (clientId === undefined && clientCertificates !== undefined)) {
    return { kind: clientCertificates === undefined ? 'none' : 'certificate' };
  }
  const { issuer, scopes } = oidc;
  const scope = page.scope ?? `openid ${scopes.analyze}`;
  return { kind: 'oidc', issuer, ...(clientId === undefined ? {} : { clientId }), scope };
}
