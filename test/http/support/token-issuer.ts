import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload } from 'jose';
import { Provider } from 'oidc-provider';

export interface TokenIssuer {
  readonly url: string;
  /** Has an access token made, as a client asks for it (RFC 6749 4.4, RFC 8707). */
  token(wish?: TokenWish): Promise<string>;
  /** From now on it signs with another key, and shows that one alone. */
  rotate(): Promise<void>;
  /** The key by which it signs, RS256, and its name. */
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly kid: string;
  /** The paths that were asked for its metadata and its keys. */
  readonly read: readonly string[];
  /** Hangs up on whoever asks for its metadata or its keys. */
  down: boolean;
}

export interface TokenWish {
  readonly scope?: string;
  /** The audience. */
  readonly resource?: string;
  /** Changes what it would say, before it signs. */
  readonly change?: (claims: JWTPayload, header: Record<string, unknown>) => void;
}

/** Of a test, or of a file of them. */
export interface Cleanup {
  after(end: () => unknown): void;
}

export const audience = 'https://lobar.example.org';
const scopes = ['lobar.analyze', 'lobar.read', 'other'];
const client = { id: 'ehr-1', secret: 'secret-of-the-client' };

/** oidc-provider as the issuer of tokens for Lobar's own callers; gone after the test. */
export async function openTokenIssuer(t: Cleanup): Promise<TokenIssuer> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const read: string[] = [];
  let wish: TokenWish = {};
  let down = false;
  let current = await signing('key-1');

  async function signing(kid: string) {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const jwk = { ...(await exportJWK(privateKey)), kid, alg: 'RS256', use: 'sig' };
    const provider = new Provider(url, {
      jwks: { keys: [jwk] },
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          grant_types: ['client_credentials'],
          redirect_uris: [],
          response_types: [],
        },
      ],
      features: {
        devInteractions: { enabled: false },
        clientCredentials: { enabled: true },
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_context: unknown, resource: string) => ({
            scope: scopes.join(' '),
            audience: resource,
            accessTokenFormat: 'jwt',
            accessTokenTTL: 300,
            jwt: { sign: { alg: 'RS256' } },
          }),
        },
      },
      ttl: { ClientCredentials: 300 },
      formats: {
        customizers: {
          jwt(_context: unknown, _token: unknown, made: { header?: object; payload: JWTPayload }) {
            const header = {};
            wish.change?.(made.payload, header);
            made.header = header;
          },
        },
      },
    });
    return { privateKey, publicKey, kid, answer: provider.callback() };
  }

  server.on('request', (request, response) => {
    const isToken = request.url === '/token';
    if (!isToken) read.push(request.url ?? '');
    if (down && !isToken) return void request.socket.destroy();
    current.answer(request, response);
  });

  return {
    url,
    read,
    get privateKey() {
      return current.privateKey;
    },
    get publicKey() {
      return current.publicKey;
    },
    get kid() {
      return current.kid;
    },
    get down() {
      return down;
    },
    set down(value) {
      down = value;
    },
    async token(wanted = {}) {
      wish = wanted;
      const { scope = 'lobar.analyze lobar.read', resource = audience } = wanted;
      const answer = await fetch(`${url}/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope, resource }),
      });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(text);
      return (JSON.parse(text) as { access_token: string }).access_token;
    },
    async rotate() {
      current = await signing('key-2');
    },
  };
}
