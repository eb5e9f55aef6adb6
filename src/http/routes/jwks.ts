import { Type } from '@sinclair/typebox';
import type { FastifyInstance } from 'fastify';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { ServiceContext } from '../service-context.ts';

// Closed, as it is also what is written: no other member of a key can leave.
const KeySchema = Type.Object(
  {
    kty: Type.String({ description: 'RSA or EC' }),
    kid: Type.String(),
    use: Type.Literal('sig'),
    alg: Type.Union([Type.Literal('RS384'), Type.Literal('ES384')]),
    n: Type.Optional(Type.String({ description: 'RSA modulus' })),
    e: Type.Optional(Type.String({ description: 'RSA exponent' })),
    crv: Type.Optional(Type.Literal('P-384')),
    x: Type.Optional(Type.String()),
    y: Type.Optional(Type.String()),
  },
  { additionalProperties: false },
);

const JwksSchema = Type.Object(
  { keys: Type.Array(KeySchema) },
  {
    additionalProperties: false,
    description: 'A JWK Set (RFC 7517); without a key where SMART is not configured',
    examples: [
      {
        keys: [
          {
            kty: 'EC',
            kid: 'E4VUNH3FlWIxWnXfBFby1VW81y9za3fhXDulbgYX06k',
            use: 'sig',
            alg: 'ES384',
            crv: 'P-384',
            x: 'ZixY_HqZCyskrp818rLr2HMusMJhijIKcgzBPnlxMPIkrEhxEGekD9tC6Fnnkxvo',
            y: 'RqqvyeOpOQwcexYvDaGvRREnU34h5Re0NY0sjaiSwiaEfzZGc0SFjrp8nZIBlXn6',
          },
        ],
      },
    ],
  },
);

/** Where an EHR fetches the public keys by which it knows us (SMART App Launch 2.2, "Backend Services"). */
export function jwksRoutes(
  app: FastifyInstance,
  { publishedKeys }: Pick<ServiceContext, 'publishedKeys'>,
): void {
  app.get(
    '/.well-known/jwks.json',
    {
      config: { scope: 'public' },
      schema: {
        operationId: 'getPublishedKeys',
        tags: ['keys'],
        summary: 'The public keys of SMART Backend Services',
        description:
          'Register this address at the authorization server of an EHR: it verifies the client assertions of Lobar by these keys.',
        'x-lobar': { errors: errorsOf.reading },
        response: {
          200: {
            description: 'The keys of every EHR and of the audit repository, each once',
            headers: { 'cache-control': { type: 'string', description: 'How long they may be kept' } },
            content: { 'application/json': { schema: JwksSchema } },
          },
        },
      },
    },
    (_request, reply) => {
      // A new key has to be known soon after it was put beside the old one.
      reply.header('cache-control', 'public, max-age=300').type('application/json');
      return { keys: publishedKeys() };
    },
  );
}
