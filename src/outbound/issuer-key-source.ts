import type { OidcConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { type Authority, longestAnswer } from './ask-authority.ts';
import { authorityDocument } from './authority-document.ts';
import { namedUrlProblem } from './named-url-problem.ts';
import { NoToken } from './no-token.ts';
import { type EndpointAgent, type OutboundConfig, openAgent } from './open-agent.ts';

export interface IssuerKeySource {
  /**
   * The JWK Set of the issuer (RFC 7517), as it answers it; whether its keys are any is for their reader to see.
   *
   * @throws NoToken; LobarError `address-blocked`, `proxy-failed`, `config-invalid` (a TLS file), `shutting-down`
   */
  read(): Promise<Readonly<Record<string, unknown>>>;
  /** Where it gives out tokens, as its metadata say. @throws as `read` */
  tokenEndpoint(): Promise<string>;
  close(): Promise<void>;
}

const endpoint = 'auth.oidc';
const discoveryPath = '.well-known/openid-configuration';
const instead = `set ${endpoint}.jwksUrl if it cannot be mended`;

/**
 * Where the keys of an issuer are: at `jwksUrl`, or where its metadata says (OpenID Connect Discovery 1.0,
 * section 4), which is asked again each time. Sends nothing yet.
 *
 * @throws LobarError `config-invalid` for a TLS file
 */
export function openIssuerKeySource(config: OidcConfig, outbound: OutboundConfig): IssuerKeySource {
  const { issuer, jwksUrl, tls, timeouts } = config;
  const agents = new Map<string, EndpointAgent>();
  let closed = false;

  function agentAt(url: string): EndpointAgent {
    if (closed) throw new LobarError('shutting-down', {});
    const { origin } = new URL(url);
    const agent =
      agents.get(origin) ??
      openAgent({ endpoint, url, tls, timeouts, outbound, maxResponseSize: longestAnswer });
    agents.set(origin, agent);
    return agent;
  }
  // A TLS file that cannot be used is told at the start.
  agentAt(jwksUrl ?? issuer);

  function document(whom: Authority['whom'], url: string, remedy?: string) {
    const { observe } = outbound;
    const authority = { agent: agentAt(url), whom, endpoint, setting: endpoint, timeouts, observe };
    const headers = { accept: 'application/jwk-set+json, application/json' };
    return authorityDocument(authority, url, { headers, instead: remedy });
  }

  async function discovered(name: 'jwks_uri' | 'token_endpoint'): Promise<string> {
    const whom = `its ${discoveryPath}` as const;
    const found = await document(whom, `${issuer.replace(/\/$/, '')}/${discoveryPath}`, instead);
    // OpenID Connect Discovery 4.3: exactly; else anybody's document could name anybody's keys.
    if (found['issuer'] !== issuer) {
      throw new NoToken('refused', `${whom} is of another issuer than ${endpoint}.issuer`);
    }
    const problem = namedUrlProblem(name, found[name], issuer);
    if (problem !== undefined) throw new NoToken('refused', `${whom} ${problem}; ${instead}`);
    return String(found[name]);
  }

  return {
    read: async () => document('its JWKS', jwksUrl ?? (await discovered('jwks_uri'))),
    tokenEndpoint: () => discovered('token_endpoint'),
    async close() {
      closed = true;
      await Promise.all([...agents.values()].map((one) => one.closeAll()));
    },
  };
}
