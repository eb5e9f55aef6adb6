import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { errors, Provider } from 'oidc-provider';

export interface OidcIssuer {
  readonly tokenUrl: string;
  /** Every token request that came, with the assertion it carried. */
  readonly asked: readonly { readonly assertion: string; readonly scope: string; readonly status: number }[];
  /** Why it refused, in its own words. */
  readonly refusals: readonly string[];
  /** Whether it stands by a token. */
  knows(token: string): Promise<boolean>;
  /** As if the token had ended. */
  takeBack(token: string): Promise<void>;
}

export interface OidcIssuerOptions {
  /** Where it fetches the public keys of its client 'lobar'. */
  readonly jwksUrl: string;
  /** The scopes it knows; it leaves out any other, with HTTP 200. */
  readonly scopes: readonly string[];
  /** expires_in, seconds. */
  readonly tokenSeconds?: number;
}

const fhir = 'urn:lobar:test:fhir';

/** oidc-provider as the authorization server of an EHR, with the rules of SMART Backend Services; gone after the test. */
export async function openOidcIssuer(t: TestContext, options: OidcIssuerOptions): Promise<OidcIssuer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tokenSeconds = options.tokenSeconds ?? 300;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'lobar',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks_uri: options.jwksUrl,
      },
    ],
    clientAuthMethods: ['private_key_jwt'],
    enabledJWA: { clientAuthSigningAlgValues: ['RS384', 'ES384'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => fhir,
        getResourceServerInfo: () => ({
          scope: options.scopes.join(' '),
          accessTokenFormat: 'opaque',
          accessTokenTTL: tokenSeconds,
        }),
      },
    },
    ttl: { ClientCredentials: tokenSeconds },
    // By itself it asks nobody on loopback.
    fetch: (url: string) => fetch(url),
    // SMART App Launch 2.2: exp is five minutes in the future at most.
    assertJwtClientAuthClaimsAndHeader(_context: unknown, claims: { exp: number }) {
      if (claims.exp > Date.now() / 1000 + 300) throw new errors.InvalidClientAuth('exp is too far');
    },
  });
  const asked: OidcIssuer['asked'][number][] = [];
  provider.use(async (context, next) => {
    await next();
    const { client_assertion: assertion, scope = '' } = context.oidc?.params ?? {};
    if (assertion !== undefined) asked.push({ assertion, scope, status: context.status });
  });
  const refusals: string[] = [];
  provider.on('grant.error', (_context, error) => {
    const { error_description, error_detail: detail = error_description ?? error.message } = error as {
      error_description?: string;
      error_detail?: string;
    };
    refusals.push(detail);
  });
  server.on('request', provider.callback());
  return {
    tokenUrl: `${issuer}/token`,
    asked,
    refusals,
    knows: async (token) => (await provider.ClientCredentials.find(token)) !== undefined,
    takeBack: async (token) => (await provider.ClientCredentials.find(token))?.destroy(),
  };
}
