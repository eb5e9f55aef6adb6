import * as oauth from 'oauth4webapi';
import type { OAuth2Config } from '../config-schema.ts';
import { longestAnswer } from './ask-authority.ts';
import { readSecret } from './endpoint-files.ts';
import { type AgentOptions, openAgent } from './open-agent.ts';
import { requestToken } from './request-token.ts';
import { sharedToken, type TokenSource } from './token-source.ts';

/** The token endpoint is another host than `endpoint`: of its settings it shares the timeouts only. */
export interface ClientCredentialsOptions extends Omit<AgentOptions, 'url' | 'tls' | 'maxResponseSize'> {
  readonly oauth2: OAuth2Config;
}

/**
 * Tokens for a client with a secret (RFC 6749 2.3.1, 4.4). Asks for none yet.
 *
 * @throws LobarError `config-invalid` for a TLS file
 */
export function openClientCredentials(options: ClientCredentialsOptions): TokenSource {
  const { oauth2, endpoint, timeouts, outbound, now } = options;
  const { tokenUrl, tls, clientId, clientSecretFile, clientAuthentication, scope, audience } = oauth2;
  const setting = `${endpoint}.oauth2`;
  const agent = openAgent({
    ...options,
    endpoint: setting,
    url: tokenUrl,
    tls,
    maxResponseSize: longestAnswer,
  });
  const parameters = {
    ...(scope === undefined ? {} : { scope }),
    ...(audience === undefined ? {} : { audience }),
  };
  const { observe } = outbound;
  const authority = { agent, whom: 'its token endpoint', endpoint, setting, timeouts, observe } as const;

  async function ask() {
    const secret = await readSecret(`${setting}.clientSecretFile`, clientSecretFile);
    const authentication =
      clientAuthentication === 'post' ? oauth.ClientSecretPost(secret) : oauth.ClientSecretBasic(secret);
    return requestToken({ ...authority, tokenUrl, clientId, authentication, parameters });
  }

  return { ...sharedToken(ask, now), close: () => agent.closeAll() };
}
