import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export interface LoginIssuer {
  readonly url: string;
  /** Knows the page as a public client that lives at this address, and answers from now on. */
  open(pageUrl: string): void;
  close(): Promise<void>;
}

export const pageClientId = 'reading-page';

/**
 * oidc-provider as the login of a hospital: authorization code with PKCE for the page, access tokens that are JWTs for
 * this audience, and a form in which anybody signs in.
 */
export async function openLoginIssuer(options: {
  readonly audience: string;
  readonly scope: string;
  readonly tokenSeconds: number;
}): Promise<LoginIssuer> {
  const { audience, scope, tokenSeconds } = options;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    open(pageUrl) {
      const provider = new Provider(url, {
        clients: [
          {
            client_id: pageClientId,
            grant_types: ['authorization_code'],
            redirect_uris: [pageUrl],
            post_logout_redirect_uris: [pageUrl],
            response_types: ['code'],
            token_endpoint_auth_method: 'none',
          },
        ],
        scopes: ['openid', scope],
        pkce: { required: () => true },
        clientBasedCORS: () => true,
        features: {
          devInteractions: { enabled: true },
          resourceIndicators: {
            enabled: true,
            defaultResource: () => audience,
            useGrantedResource: () => true,
            getResourceServerInfo: () => ({
              scope,
              audience,
              accessTokenFormat: 'jwt',
              accessTokenTTL: tokenSeconds,
              jwt: { sign: { alg: 'RS256' } },
            }),
          },
        },
      });
      server.on('request', provider.callback());
    },
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
