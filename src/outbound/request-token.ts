import * as oauth from 'oauth4webapi';
import { type Authority, askAuthority, isPassing } from './ask-authority.ts';
import { clockSkew } from './clock-skew.ts';
import { isBearerToken } from './is-bearer-token.ts';
import { NoToken } from './no-token.ts';
import type { Token } from './token-source.ts';

export interface TokenRequest extends Authority {
  readonly tokenUrl: string;
  readonly clientId: string;
  /** Shows the token endpoint who we are. */
  readonly authentication: oauth.ClientAuth;
  readonly parameters: Readonly<Record<string, string>>;
  /** Milliseconds since 1970: given where the client shows itself by something that ends. */
  readonly clock?: () => number;
}

export interface GrantedToken extends Token {
  /** What was granted; undefined is all that was asked for (RFC 6749 5.1). */
  readonly scope: string | undefined;
}

/** One request by the client credentials grant (RFC 6749 4.4). Fails as `askAuthority`. */
export async function requestToken(request: TokenRequest): Promise<GrantedToken> {
  const { tokenUrl, authentication, parameters } = request;
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client = { client_id: request.clientId };
  const answer = await oauth.clientCredentialsGrantRequest(server, client, authentication, parameters, {
    [oauth.customFetch]: askAuthority(request),
    // The configuration decides: a token endpoint on the same host may speak plain http.
    [oauth.allowInsecureRequests]: true,
  });
  // A 401 has to have it (RFC 6749 5.2), and the library would look no further: the reason stands in the body.
  answer.headers.delete('www-authenticate');
  const granted = await oauth
    .processClientCredentialsResponse(server, client, answer)
    .catch((error: unknown) => {
      throw refusal(answer, error, request);
    });
  const { access_token: token, expires_in: seconds, scope } = granted;
  if (!isBearerToken(token)) {
    throw new NoToken('refused', 'its token endpoint gave something that is no bearer token');
  }
  return { token, lifeMs: seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000, scope };
}

/** The codes of RFC 6749 5.2 and RFC 8707 2. Anything else that stands there is not repeated: it may echo. */
const errorCodes = new Set([
  'invalid_request',
  'invalid_client',
  'invalid_grant',
  'unauthorized_client',
  'unsupported_grant_type',
  'invalid_scope',
  'invalid_target',
]);

/** The library's own error is not kept: it has the whole answer. */
function refusal({ status, headers }: Response, error: unknown, { clock }: TokenRequest): NoToken {
  if (isPassing(status)) {
    return new NoToken('unavailable', `its token endpoint answered HTTP ${status}`);
  }
  if (status < 300) {
    return new NoToken(
      'refused',
      'its token endpoint answered something that is no bearer token (RFC 6749 5.1)',
    );
  }
  const code = error instanceof oauth.ResponseBodyError && errorCodes.has(error.error) ? error.error : '';
  const skew = clock === undefined ? undefined : clockSkew(headers.get('date'), clock());
  const told = `its token endpoint answered HTTP ${status}${code && ` (${code})`}`;
  return new NoToken('refused', skew === undefined ? told : `${told}; ${skew}`);
}
