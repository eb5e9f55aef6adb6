import { errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import type { OidcConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { Client, Grant } from './client.ts';

/** Types of a JWT that is an access token: RFC 9068 2.1, RFC 7519 5.1. Any other is meant for something else. */
const types: readonly unknown[] = [undefined, 'at+jwt', 'application/at+jwt', 'jwt', 'application/jwt'];

/** Where issuers put scopes: RFC 9068 2.2.3; Microsoft Entra and Okta. */
const scopeClaims = ['scope', 'scp'];

/** Claims of an ID token alone: OpenID Connect Core 2, 3.1.3.6, 3.3.2.11. */
const idTokenClaims = ['nonce', 'at_hash', 'c_hash'];

/** Who has asked for an access token, beside the subject that every token has. */
const askingClaims = ['client_id', 'azp', 'appid'];

/** Where issuers put the client: RFC 9068 2.2, OpenID Connect Core 2, Microsoft Entra 1.0; else the subject. */
const clientClaims = [...askingClaims, 'sub'];

/**
 * Whose access token this is: signed by a key of the issuer with an allowed algorithm, for this audience, and in
 * its time (RFC 7519, RFC 8725, RFC 9068 4). An ID token is for its client; where that is registered as the same
 * application as this service, issuer, audience and even roles are right, so it is known by its claims.
 *
 * @param keys - of the issuer
 * @throws LobarError `token-invalid`; `issuer-unavailable` where its key cannot be had, or cannot be used
 */
export async function tokenClient(token: string, oidc: OidcConfig, keys: JWTVerifyGetKey): Promise<Client> {
  const { issuer, audience, algorithms, clockToleranceSeconds: clockTolerance } = oidc;
  const rules = { issuer, audience, algorithms, clockTolerance, requiredClaims: ['exp'] };
  const { payload, protectedHeader } = await jwtVerify(token, keys, rules).catch((error: unknown) => {
    throw refusal(error);
  });
  if (!types.includes(protectedHeader.typ?.toLowerCase())) throw invalid('it is no access token by its type');
  if (isIdToken(payload))
    throw invalid('it is an ID token, which says who has signed in, and no access token');
  // RFC 7800: it is worth something together with a proof only, of which none is checked here.
  if (payload['cnf'] !== undefined) throw invalid('it is bound to a key (cnf), and not a bearer token');
  const value = clientClaims.map((claim) => payload[claim]).find((one) => typeof one === 'string');
  if (value === undefined) throw invalid('it names no client (client_id, azp or sub)');
  const { sub } = payload;
  const user = typeof sub === 'string' && sub !== value ? { user: sub } : {};
  return {
    id: `bearer ${issuer} ${value}`,
    kind: 'bearer',
    grants: grantsOf(payload, oidc.scopes),
    identity: { system: issuer, value, ...user },
  };
}

/** Keycloak says it by `typ` (`ID`, `Bearer`); older ones put `nonce` into their access tokens, too. */
function isIdToken(payload: JWTPayload): boolean {
  const { typ } = payload;
  return typ === 'ID' || (typ !== 'Bearer' && idTokenClaims.some((claim) => payload[claim] !== undefined));
}

function grantsOf(payload: JWTPayload, scopes: OidcConfig['scopes']): Grant[] {
  // Roles (RFC 9068 2.2.3.1) stand in ID tokens of Microsoft Entra as well; who has asked for them does not.
  const isAsked = askingClaims.some((claim) => typeof payload[claim] === 'string');
  const named = [...scopeClaims, ...(isAsked ? ['roles'] : [])].flatMap((claim) => {
    const value = payload[claim];
    return typeof value === 'string' ? value.split(' ') : Array.isArray(value) ? value : [];
  });
  return (['analyze', 'read'] as const).filter((grant) => named.includes(scopes[grant]));
}

function refusal(error: unknown): LobarError {
  if (error instanceof LobarError) return error;
  const problem = problemOf(error);
  // What is no fault of the token is one of the key that it names.
  return problem === undefined
    ? new LobarError('issuer-unavailable', {}, { cause: error })
    : invalid(problem, error);
}

/** In words that hold nothing of the token; undefined where the token is not to blame. */
function problemOf(error: unknown): string | undefined {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return claimProblem(error);
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is not signed by an allowed algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'its signature is wrong';
  if (error instanceof errors.JWKSNoMatchingKey) return 'its issuer has no such key (kid)';
  if (error instanceof errors.JWKSMultipleMatchingKeys) return 'it does not say which key signed it (kid)';
  if (error instanceof errors.JOSENotSupported) return 'it asks for something that is not supported (crit)';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid)
    return 'it is no signed JWT (RFC 7519)';
  return undefined;
}

function claimProblem({ claim, reason }: { readonly claim: string; readonly reason: string }): string {
  if (reason === 'missing') return `it lacks the claim ${claim}`;
  if (claim === 'aud') return 'it is for another audience';
  if (claim === 'iss') return 'it is of another issuer';
  if (claim === 'nbf') return 'it is not valid yet';
  return `its claim ${claim} is malformed`;
}

function invalid(problem: string, cause?: unknown): LobarError {
  return new LobarError('token-invalid', { problem }, cause === undefined ? {} : { cause });
}
