/** Authentication in the OpenAPI document: the schemes, and what every route that needs one has in common. */
import { Type } from '@sinclair/typebox';
import type { FastifySchema } from 'fastify';
import type { ErrorCode } from '../../errors.ts';
import { ProblemSchema } from '../problem.ts';
import { isForFhir } from '../routes/fhir.ts';
import { fhirProblem } from '../routes/fhir-schema.ts';
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

const scopeNames = { analyze: ['lobar.analyze'], read: ['lobar.read'] };

const answers: readonly (readonly [status: number, code: ErrorCode, description: string])[] = [
  [400, 'request-invalid', 'More than one Authorization header, or one that holds no token'],
  [401, 'credentials-missing', 'No access token, or one that is refused'],
  [403, 'scope-insufficient', 'The token has not the scope, or the client certificate is refused'],
  [503, 'issuer-unavailable', 'The access token cannot be checked, as its issuer cannot be reached'],
];

const headers: Readonly<Record<number, object>> = {
  401: { 'www-authenticate': { type: 'string', description: 'RFC 6750 3, RFC 9728 5.1' } },
  503: { 'retry-after': { type: 'integer', description: 'Seconds' } },
};

/** The schema of a route with what its scope means; what it says of an answer itself comes first. */
export function withSecurity(schema: FastifySchema, url: string, scope: RouteScope): FastifySchema {
  if (scope === 'public') return { ...schema, security: [] };
  const own = (schema.response ?? {}) as Readonly<Record<number, { description?: string }>>;
  const more = answers.map(([status, code, description]) => {
    const before = own[status]?.description;
    const described = before === undefined ? description : `${before}. ${description}`;
    const fresh = isForFhir(url) ? fhirProblem(code, description) : problem(description);
    const answer = { ...(own[status] ?? fresh), description: described };
    return [status, status in headers ? { headers: headers[status], ...answer } : answer] as const;
  });
  return {
    ...schema,
    security: [{ token: scopeNames[scope] }, { certificate: [] }],
    response: { ...own, ...Object.fromEntries(more) },
  };
}

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: Type.Ref(ProblemSchema.$id ?? '') } },
});
