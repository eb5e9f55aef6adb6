import * as oauth from 'oauth4webapi';
import type { SmartConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { longestAnswer } from './ask-authority.ts';
import { NoToken } from './no-token.ts';
import { type EndpointAgent, openAgent } from './open-agent.ts';
import type { SigningKey } from './parse-signing-key.ts';
import { requestToken } from './request-token.ts';
import { openSigningKeys } from './signing-keys.ts';
import { type DiscoveryOptions, openSmartDiscovery } from './smart-discovery.ts';
import { missingScopes, type ScopeNeed, scopesFor } from './smart-scopes.ts';
import { tlsFiles } from './tls-files.ts';
import { sharedToken, type Token, type TokenSource } from './token-source.ts';

export interface SmartBackendOptions extends DiscoveryOptions {
  readonly smart: SmartConfig;
  /** What the token is for, where `smart.scopes` does not say. */
  readonly needs: readonly ScopeNeed[];
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
}

/**
 * An assertion may end five minutes from now at most (SMART App Launch 2.2). Half of that, so that a clock may
 * be wrong by as much to either side.
 */
const assertionSeconds = 150;

/**
 * Tokens by SMART Backend Services: an assertion signed by our key for each request (RFC 7523), and a look at
 * what was granted. Reads the keys, and sends nothing yet.
 *
 * @throws LobarError `config-invalid` for a key or TLS file
 */
export function openSmartBackend(options: SmartBackendOptions): TokenSource {
  const { smart, endpoint, timeouts, outbound, now, clock = Date.now } = options;
  const setting = `${endpoint}.smart`;
  const scopes = smart.scopes ?? scopesFor(options.needs, smart.scopeVersion);
  const needed = options.needs.filter(({ isOptional }) => isOptional !== true);
  const required = smart.scopes ?? scopesFor(needed, smart.scopeVersion);
  const keys = openSigningKeys(`${setting}.keyFiles`, smart.keyFiles, now);
  // The agent that needs them is opened when its address is known.
  tlsFiles(`${setting}.tls`, smart.tls).read();
  const discovery = smart.tokenUrl === undefined ? openSmartDiscovery(options) : undefined;
  let open: { readonly origin: string; readonly agent: EndpointAgent } | undefined;
  let closed = false;

  /** One at a time is asked for a token, so nothing is under way at the address before. */
  async function agentAt(url: string): Promise<EndpointAgent> {
    const { origin } = new URL(url);
    if (open?.origin === origin) return open.agent;
    const before = open;
    // Not to be found again where opening the next one fails.
    open = undefined;
    await before?.agent.closeAll();
    if (closed) throw new LobarError('shutting-down', {});
    const common = { timeouts, outbound, ...(now === undefined ? {} : { now }) };
    const limits = { tls: smart.tls, maxResponseSize: longestAnswer };
    open = { origin, agent: openAgent({ ...common, ...limits, endpoint: setting, url }) };
    return open.agent;
  }

  async function ask(): Promise<Token> {
    const key = keys.signing();
    const tokenUrl = smart.tokenUrl ?? (await discovery?.tokenUrl(key.alg)) ?? '';
    const granted = await requestToken({
      agent: await agentAt(tokenUrl),
      whom: 'its token endpoint',
      endpoint,
      setting,
      timeouts,
      observe: outbound.observe,
      tokenUrl,
      clientId: smart.clientId,
      authentication: signedAssertion(key, tokenUrl, smart, clock),
      parameters: { scope: scopes.join(' ') },
      clock,
    }).catch((error: unknown) => {
      // It may have moved, or want something else now.
      discovery?.invalidate();
      throw error;
    });
    const missing = missingScopes(required, granted.scope?.split(' ') ?? scopes);
    if (missing.length > 0) {
      const remedy = `have the EHR allow them to this client, or set ${setting}.scopes`;
      throw new NoToken('refused', `its token endpoint did not grant ${missing.join(' ')}; ${remedy}`);
    }
    return granted;
  }

  return {
    ...sharedToken(ask, now),
    async close() {
      closed = true;
      await Promise.all([discovery?.close(), open?.agent.closeAll()]);
    },
  };
}

/** The claims that SMART names and no others; jti is a new one each time (oauth4webapi: 32 random bytes). */
function signedAssertion(
  { key, kid }: SigningKey,
  tokenUrl: string,
  { audience, jwksUrl }: SmartConfig,
  clock: () => number,
): oauth.ClientAuth {
  return oauth.PrivateKeyJwt(
    { key, kid },
    {
      [oauth.modifyAssertion](header, claims) {
        header['typ'] = 'JWT';
        if (jwksUrl !== undefined) header['jku'] = jwksUrl;
        claims['aud'] = audience ?? tokenUrl;
        claims['exp'] = Math.floor(clock() / 1000) + assertionSeconds;
        // Optional, and a clock that is a little slow would refuse what begins in its future.
        delete claims['iat'];
        delete claims['nbf'];
      },
    },
  );
}
