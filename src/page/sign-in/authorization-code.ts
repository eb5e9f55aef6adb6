import * as oauth from 'oauth4webapi';
import { ServiceProblem } from '../service/service-problem.ts';

/** The issuer as this page, a public client, uses it. */
export interface Issuer {
  readonly server: oauth.AuthorizationServer;
  readonly client: oauth.Client;
  readonly scope: string;
  readonly redirectUri: string;
}

/** What one sign-in must remember until its answer comes. No token is ever among it. */
export interface BegunSignIn {
  readonly state: string;
  readonly verifier: string;
}

export interface AccessToken {
  readonly token: string;
  readonly expiresInSeconds: number | undefined;
  /** Who signed in (OpenID Connect Core 2); absent where the issuer gives no ID token. */
  readonly reader: { readonly sub: string; readonly idToken: string } | undefined;
}

/** @throws ServiceProblem where the issuer cannot be asked */
export async function openIssuer(
  issuer: string,
  { clientId, scope, redirectUri }: { clientId: string; scope: string; redirectUri: string },
): Promise<Issuer> {
  try {
    const url = new URL(issuer);
    const answer = await oauth.discoveryRequest(url, insecureIfSo(issuer));
    const server = await oauth.processDiscoveryResponse(url, answer);
    return { server, client: { client_id: clientId }, scope, redirectUri };
  } catch (cause) {
    throw signInFailed(`its description cannot be had (${saidBy(cause)})`);
  }
}

/** Where the reader signs in (RFC 6749 4.1.1, RFC 7636 4.3), and what to remember. */
export async function beginSignIn(
  { server, client, scope, redirectUri }: Issuer,
  state: string,
): Promise<{ readonly url: URL; readonly begun: BegunSignIn }> {
  if (server.authorization_endpoint === undefined) throw signInFailed('it has no authorization endpoint');
  const verifier = oauth.generateRandomCodeVerifier();
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return { url, begun: { state, verifier } };
}

/**
 * The access token for what the issuer sent back to the page (RFC 6749 4.1.2 and 4.1.3).
 *
 * @throws ServiceProblem where it refuses, or what came back does not belong to this sign-in
 */
export async function finishSignIn(
  { server, client, redirectUri }: Issuer,
  answered: URL,
  { state, verifier }: BegunSignIn,
): Promise<AccessToken> {
  try {
    const parameters = oauth.validateAuthResponse(server, client, answered, state);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      oauth.None(),
      parameters,
      redirectUri,
      verifier,
      insecureIfSo(server.issuer),
    );
    const result = await oauth.processAuthorizationCodeResponse(server, client, answer);
    const { access_token: token, expires_in: expiresInSeconds, id_token: idToken } = result;
    const sub = oauth.getValidatedIdTokenClaims(result)?.sub;
    const reader = idToken === undefined || sub === undefined ? undefined : { sub, idToken };
    return { token, expiresInSeconds, reader };
  } catch (cause) {
    throw signInFailed(saidBy(cause));
  }
}

/** Where the session at the issuer is ended (OpenID Connect RP-Initiated Logout 1.0, 2); undefined where it has no such place. */
export function endOfSession(
  { server, client, redirectUri }: Issuer,
  idToken: string | undefined,
): URL | undefined {
  if (server.end_session_endpoint === undefined) return undefined;
  const url = new URL(server.end_session_endpoint);
  url.searchParams.set('client_id', client.client_id);
  url.searchParams.set('post_logout_redirect_uri', redirectUri);
  if (idToken !== undefined) url.searchParams.set('id_token_hint', idToken);
  return url;
}

/** HTTP is for an issuer that was configured so, on the same machine for instance. */
function insecureIfSo(issuer: string): { [oauth.allowInsecureRequests]?: true } {
  return issuer.startsWith('http:') ? { [oauth.allowInsecureRequests]: true } : {};
}

function saidBy(cause: unknown): string {
  if (cause instanceof oauth.AuthorizationResponseError || cause instanceof oauth.ResponseBodyError) {
    return cause.error_description ?? cause.error;
  }
  return cause instanceof Error ? cause.message : 'it does not answer';
}

function signInFailed(problem: string): ServiceProblem {
  return new ServiceProblem({
    status: 401,
    code: 'sign-in-failed',
    title: 'Not signed in',
    detail: `The issuer of tokens did not sign you in: ${problem}. Sign in again; if that fails too, ask whoever runs this service.`,
  });
}
