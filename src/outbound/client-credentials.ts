/** Tokens by the client credentials grant (RFC 6749 4.4), one for all who need it, renewed before it ends. */
import * as oauth from 'oauth4webapi';
import type { OAuth2Config } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { codeOf, connectionProblem, timeoutOf } from './connection-problem.ts';
import { readSecret } from './endpoint-files.ts';
import { fetchThrough } from './fetch-through.ts';
import { isBearerToken } from './is-bearer-token.ts';
import { type AgentOptions, openAgent } from './open-agent.ts';
import { forwardingFailure } from './proxy-failure.ts';

/** Why there is no token: `refused` will not pass by itself, `unavailable` may. Holds nothing that was sent. */
export class NoToken extends Error {
  override readonly name = 'NoToken';
  readonly kind: 'refused' | 'unavailable';
  readonly problem: string;

  constructor(kind: NoToken['kind'], problem: string, cause?: unknown) {
    super(problem, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.problem = problem;
  }
}

export interface TokenSource {
  /** @throws NoToken; LobarError `config-invalid` (secret file, TLS files), `address-blocked`, `proxy-failed`. */
  token(): Promise<string>;
  /** Asks for a new one the next time, if this is still the one that would be given. */
  discard(token: string): void;
  close(): Promise<void>;
}

/** The token endpoint is another host than `endpoint`: of its settings it shares the timeouts only. */
export interface TokenSourceOptions extends Omit<AgentOptions, 'url' | 'tls' | 'maxResponseSize'> {
  readonly oauth2: OAuth2Config;
}

/** A token endpoint that has more to say is none. */
const longestAnswer = 256 * 1024;
/** So long before its end a token is used no more: clocks differ, and a request takes a while to be judged. */
const marginMs = 30_000;

interface Held {
  readonly token: string;
  /** Of `now`; a token without expires_in is used until it is refused. */
  readonly until: number;
}

/** Asks for no token yet. @throws LobarError `config-invalid` for a TLS file. */
export function openTokenSource(options: TokenSourceOptions): TokenSource {
  const { oauth2, endpoint, timeouts, now = () => performance.now() } = options;
  const setting = `${endpoint}.oauth2`;
  const { tokenUrl: url, tls } = oauth2;
  const agent = openAgent({ ...options, endpoint: setting, url, tls, maxResponseSize: longestAnswer });
  let held: Held | undefined;
  let asking: Promise<Held> | undefined;

  async function ask(): Promise<Held> {
    const secret = await readSecret(`${setting}.clientSecretFile`, oauth2.clientSecretFile);
    const asked = now();
    const send = fetchThrough(agent);
    const { access_token: token, expires_in: seconds } = await requestToken(oauth2, secret, {
      [oauth.customFetch]: (url, request) =>
        send(url, request).catch((error: unknown) => {
          throw unreachable(error, options);
        }),
      // The configuration decides: a token endpoint on the same host may speak plain http.
      [oauth.allowInsecureRequests]: true,
      signal: () => AbortSignal.timeout((timeouts.connect + timeouts.firstByte + timeouts.idle) * 1000),
    });
    if (!isBearerToken(token)) {
      throw new NoToken('refused', 'its token endpoint gave something that is no bearer token');
    }
    const lifeMs = seconds === undefined ? Number.POSITIVE_INFINITY : seconds * 1000;
    return { token, until: asked + lifeMs - Math.min(marginMs, lifeMs / 10) };
  }

  return {
    async token() {
      if (held !== undefined && now() < held.until) return held.token;
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      held = await asking;
      return held.token;
    },
    discard(token) {
      if (held?.token === token) held = undefined;
    },
    close: () => agent.closeAll(),
  };
}

async function requestToken(
  { tokenUrl, clientId, clientAuthentication, scope, audience }: OAuth2Config,
  secret: string,
  options: oauth.ClientCredentialsGrantRequestOptions,
): Promise<oauth.TokenEndpointResponse> {
  const server = { issuer: new URL(tokenUrl).origin, token_endpoint: tokenUrl };
  const client = { client_id: clientId };
  const authentication =
    clientAuthentication === 'post' ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
  const parameters = {
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  };
  const answer = await oauth.clientCredentialsGrantRequest(
    server,
    client,
    authentication,
    parameters,
    options,
  );
  // A 401 has to have it (RFC 6749 5.2), and the library would look no further: the reason stands in the body.
  answer.headers.delete('www-authenticate');
  try {
    return await oauth.processClientCredentialsResponse(server, client, answer);
  } catch (error) {
    throw refusal(answer.status, error);
  }
}

function unreachable(error: unknown, { endpoint, timeouts }: TokenSourceOptions): Error {
  if (error instanceof LobarError) return error;
  const code = codeOf(error);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new LobarError('shutting-down', {}, { cause: error });
  }
  const timeout = timeoutOf(error, timeouts);
  if (timeout !== undefined) {
    const { limit, seconds, phase } = timeout;
    const problem = `its token endpoint took longer than ${seconds} s (${phase}), the limit ${endpoint}.timeouts.${limit}`;
    return new NoToken('unavailable', problem, error);
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new NoToken('refused', 'its token endpoint answered more than a token', error);
  }
  if (error instanceof DOMException && error.name === 'TimeoutError') {
    const seconds = timeouts.connect + timeouts.firstByte + timeouts.idle;
    const problem = `its token endpoint took longer than ${seconds} s, the sum of connect, firstByte and idle in ${endpoint}.timeouts`;
    return new NoToken('unavailable', problem, error);
  }
  const refusedByProxy = forwardingFailure(`${endpoint}.oauth2`, error);
  if (refusedByProxy !== undefined) return refusedByProxy;
  const problem = `its token endpoint cannot be asked: ${connectionProblem(error)}`;
  return new NoToken('unavailable', problem, error);
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
function refusal(status: number, error: unknown): NoToken {
  if (status >= 500 || status === 429 || status === 408) {
    return new NoToken('unavailable', `its token endpoint answered HTTP ${status}`);
  }
  if (status >= 300) {
    const code = error instanceof oauth.ResponseBodyError && errorCodes.has(error.error) ? error.error : '';
    return new NoToken('refused', `its token endpoint answered HTTP ${status}${code && ` (${code})`}`);
  }
  return new NoToken(
    'refused',
    'its token endpoint answered something that is no bearer token (RFC 6749 5.1)',
  );
}
