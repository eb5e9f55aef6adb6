import type { PackageEntries } from '../package-entry.ts';

/** How others ask, and who may. */
export const service: PackageEntries = {
  fastify: {
    maker: 'Fastify (OpenJS)',
    issues: 'https://github.com/fastify/fastify/issues',
    purpose: 'the HTTP server',
    required: 'routes, limits of bodies, hooks in their order, a close that lets requests end',
    anomalies:
      'A parser for a content type that is a regular expression escapes validation where no schema is given: every route has one',
    tests: ['test/http/every-route.test.ts', 'test/http/bad-input.test.ts', 'test/http/closing.test.ts'],
  },
  'fastify-plugin': {
    maker: 'Fastify (OpenJS)',
    issues: 'https://github.com/fastify/fastify-plugin/issues',
    purpose: 'plugins that hold for the whole server',
    required: 'hooks of a plugin hold for all routes: who may ask, the log',
    tests: ['test/http/auth-routes.test.ts'],
  },
  '@fastify/accepts': {
    maker: 'Fastify (OpenJS)',
    issues: 'https://github.com/fastify/fastify-accepts/issues',
    purpose: 'which form of an answer a client wants',
    required: 'preferences of RFC 9110 12.5.1',
    tests: ['test/http/analyses.test.ts'],
  },
  '@fastify/rate-limit': {
    maker: 'Fastify (OpenJS)',
    issues: 'https://github.com/fastify/fastify-rate-limit/issues',
    purpose: '429 for a client that asks too often',
    required: 'counts each client for itself, in bounded memory',
    tests: ['test/http/retry-after.test.ts', 'test/http/service-errors.test.ts'],
  },
  '@fastify/swagger': {
    maker: 'Fastify (OpenJS)',
    issues: 'https://github.com/fastify/fastify-swagger/issues',
    purpose: 'the OpenAPI document',
    required: 'says what the routes say',
    tests: ['test/http/openapi.test.ts'],
  },
  '@fastify/swagger-ui': {
    maker: 'Fastify (OpenJS; page: SmartBear)',
    issues: 'https://github.com/fastify/fastify-swagger-ui/issues',
    purpose: 'the page /docs',
    required: 'nothing in operation: a page for people',
    tests: ['test/http/analyses.test.ts'],
  },
  jose: {
    maker: 'Filip Skokan',
    issues: 'https://github.com/panva/jose/issues',
    purpose: 'checks access tokens; encrypts what is kept in NATS',
    required: 'RFC 7515 to 7519; accepts no algorithm that is not asked for',
    tests: ['test/http/auth-tokens.test.ts', 'test/http/auth/issuer-keys.test.ts'],
  },
  oauth4webapi: {
    maker: 'Filip Skokan',
    issues: 'https://github.com/panva/oauth4webapi/issues',
    purpose: 'tokens for PACS and EHR: client credentials, SMART Backend Services',
    required: 'RFC 6749 4.4, RFC 7523',
    tests: ['test/outbound/client-credentials.test.ts', 'test/outbound/smart-backend.test.ts'],
  },
  undici: {
    maker: 'Node.js (OpenJS)',
    issues: 'https://github.com/nodejs/undici/issues',
    purpose: 'every connection to PACS, EHR, issuer and callbacks',
    required: 'TLS checked, no redirect followed, bodies streamed under back-pressure',
    anomalies:
      'Its limit of sizes does not see a body that is inflated, its look-up guard no address literals: identity encoding is asked for, decoded bytes are counted, and it is the connected address that is checked',
    tests: [
      'test/outbound/canaries.test.ts',
      'test/outbound/blocked-addresses.test.ts',
      'test/dicomweb/pacs-limits.test.ts',
      'test/outbound/tls-files.test.ts',
    ],
  },
  'openapi-fetch': {
    maker: 'openapi-ts',
    issues: 'https://github.com/openapi-ts/openapi-typescript/issues',
    purpose: '`lobar analyze --server`',
    required: 'paths of the OpenAPI document',
    tests: ['test/client/analyze-remotely.test.ts'],
  },
};
