import assert from 'node:assert/strict';
import { type AddressInfo, connect } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { problemsOf } from '../fhir/validators.ts';
import { until } from '../support/until.ts';
import { openAuthApp } from './support/auth-app.ts';
import {
  audience,
  type Cleanup,
  openTokenIssuer,
  type TokenIssuer,
  type TokenWish,
} from './support/token-issuer.ts';

const metadata = `${audience}/.well-known/oauth-protected-resource`;
const now = () => Math.floor(Date.now() / 1000);

type App = Awaited<ReturnType<typeof openAuthApp>>;

/** Lobar, told of this issuer. */
const appOf = (t: Cleanup, { url }: TokenIssuer, more: object = {}): Promise<App> =>
  openAuthApp(t, { auth: { oidc: { issuer: url, audience, ...more } } });

const models = ({ url }: App, headers: Record<string, string> = {}) => fetch(`${url}/v1/models`, { headers });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** Whether the models were shown, or why not. */
async function outcome(app: App, token: string): Promise<string> {
  const answer = await models(app, bearer(token));
  if (answer.status === 200) return '200';
  const { code } = (await answer.json()) as { code: string };
  return `${answer.status} ${code}`;
}

/** The parameters of WWW-Authenticate, by RFC 9110 11.2. */
function challengeOf({ headers }: Response): Record<string, string> {
  const text = headers.get('www-authenticate') ?? '';
  assert.match(text, /^Bearer [a-z_]+="[^"\\]*"(, [a-z_]+="[^"\\]*")*$/);
  return Object.fromEntries([...text.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
}

describe('An access token', () => {
  let issuer: TokenIssuer;
  let app: App;
  const opened = new AsyncDisposableStack();
  before(async () => {
    const suite: Cleanup = { after: (end) => opened.defer(async () => void (await end())) };
    issuer = await openTokenIssuer(suite);
    app = await appOf(suite, issuer);
  });
  after(() => opened.disposeAsync());

  it('of the issuer for this service lets in', async () => {
    const answer = await models(app, bearer(await issuer.token()));
    assert.equal(answer.status, 200);
    assert.deepEqual(await answer.json(), { models: [], notices: [] });
    // The name of the scheme has no case (RFC 9110 11.1).
    const lower = await models(app, { authorization: `bearer ${await issuer.token()}` });
    assert.equal(lower.status, 200);
  });

  const changed: readonly (readonly [what: string, change: TokenWish['change'], said: RegExp])[] = [
    ['that has expired', (claims) => (claims.exp = now() - 31), /it has expired/],
    ['that is not valid yet', (claims) => (claims.nbf = now() + 60), /not valid yet/],
    ['for another audience', (claims) => (claims.aud = 'https://other.example.org'), /another audience/],
    ['of another issuer', (claims) => (claims.iss = 'https://evil.example.org'), /another issuer/],
    ['that never ends', (claims) => delete claims.exp, /lacks the claim exp/],
    ['for nobody', (claims) => (claims.aud = []), /another audience/],
    ['whose end is no time', (claims) => Object.assign(claims, { exp: 'never' }), /claim exp is malformed/],
    ['that is bound to a key', (claims) => (claims['cnf'] = { jkt: 'x' }), /bound to a key/],
    ['of nobody', (claims) => void ['client_id', 'sub'].map((one) => delete claims[one]), /names no client/],
    ['that is an ID token, by its nonce', (claims) => (claims['nonce'] = 'n-0S6_WzA2Mj'), /an ID token/],
    ['that is an ID token, by at_hash', (claims) => (claims['at_hash'] = '77QmUPtjPfzW'), /an ID token/],
    ['that is an ID token, by c_hash', (claims) => (claims['c_hash'] = 'LDktKdoQak3Pk0'), /an ID token/],
    ['that is an ID token of Keycloak', (claims) => (claims['typ'] = 'ID'), /an ID token/],
    ['of another kind', (_claims, header) => (header['typ'] = 'logout+jwt'), /no access token/],
  ];
  for (const [what, change = () => {}, said] of changed) {
    it(`${what} is refused with 401, and the answer says that`, async () => {
      const token = await issuer.token({ change });
      const answer = await models(app, bearer(token));
      const { code, detail } = (await answer.json()) as { code: string; detail: string };
      assert.deepEqual([answer.status, code], [401, 'token-invalid']);
      assert.match(detail, said);
      const { error, error_description, ...more } = challengeOf(answer);
      assert.deepEqual([error, error_description], ['invalid_token', detail]);
      assert.deepEqual(more, { realm: 'lobar', scope: 'lobar.read', resource_metadata: metadata });
    });
  }

  it('that the issuer made for another service is refused', async () => {
    const token = await issuer.token({ resource: 'https://other.example.org' });
    assert.equal(await outcome(app, token), '401 token-invalid');
  });

  it('may be out of time by what clocks differ', async () => {
    const late = await issuer.token({ change: (claims) => (claims.exp = now() - 10) });
    const early = await issuer.token({ change: (claims) => (claims.nbf = now() + 10) });
    assert.deepEqual([await outcome(app, late), await outcome(app, early)], ['200', '200']);
  });

  const claims = (): JWTPayload => ({
    iss: issuer.url,
    aud: audience,
    exp: now() + 60,
    scope: 'lobar.analyze',
    client_id: 'ehr-1',
  });

  it('that nobody signed (alg: none) is refused', async () => {
    assert.equal(await outcome(app, new UnsecuredJWT(claims()).encode()), '401 token-invalid');
    // The same with something where the signature belongs.
    assert.equal(await outcome(app, `${new UnsecuredJWT(claims()).encode()}AA`), '401 token-invalid');
  });

  it('that the public key signed as if it were a secret (HS256) is refused', async () => {
    const secret = new TextEncoder().encode(await exportSPKI(issuer.publicKey));
    const token = await new SignJWT(claims())
      .setProtectedHeader({ alg: 'HS256', kid: issuer.kid })
      .sign(secret);
    assert.equal(await outcome(app, token), '401 token-invalid');
  });

  it('that another key signed is refused, whether it names the key of the issuer, its own or none', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    for (const kid of [{ kid: issuer.kid }, { kid: 'mine' }, {}]) {
      const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', ...kid }).sign(privateKey);
      assert.equal(await outcome(app, token), '401 token-invalid');
    }
  });

  it('that the issuer signed with an extension that nobody here knows (crit, RFC 7515 4.1.11) is refused', async () => {
    const header = { alg: 'RS256', kid: issuer.kid, crit: ['x'], x: 1 };
    const signed = new SignJWT(claims()).setProtectedHeader(header);
    const token = await signed.sign(issuer.privateKey, { crit: { x: true } });
    assert.equal(await outcome(app, token), '401 token-invalid');
  });

  it('that brings its own key is refused', async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
    const header = { alg: 'ES256', jwk: await exportJWK(publicKey), jku: 'http://127.0.0.1:1/' };
    const token = await new SignJWT(claims()).setProtectedHeader(header).sign(privateKey);
    assert.equal(await outcome(app, token), '401 token-invalid');
  });

  it('whose signature or claims were touched is refused', async () => {
    const [header, payload, signature] = (await issuer.token()).split('.');
    const other = Buffer.from(JSON.stringify({ ...claims(), client_id: 'admin' })).toString('base64url');
    assert.equal(await outcome(app, `${header}.${other}.${signature}`), '401 token-invalid');
    assert.equal(
      await outcome(app, `${header}.${payload}.${signature?.slice(0, -4)}AAAA`),
      '401 token-invalid',
    );
    assert.equal(await outcome(app, 'not-a-jwt'), '401 token-invalid');
  });

  it('needs the scope of what is asked', async () => {
    const post = async (scope: string) => {
      const answer = await fetch(`${app.url}/v1/analyses`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...bearer(await issuer.token({ scope })) },
        body: JSON.stringify({ study: '1.2.3', publish: false }),
      });
      const { code } = (await answer.json()) as { code: string };
      return { answer, said: `${answer.status} ${code}` };
    };
    assert.equal((await post('lobar.analyze')).said, '400 endpoint-unknown', 'was let in: there is no PACS');
    const { answer, said } = await post('lobar.read other');
    assert.equal(said, '403 scope-insufficient');
    const { error, scope } = challengeOf(answer);
    assert.deepEqual({ error, scope }, { error: 'insufficient_scope', scope: 'lobar.analyze' });
    assert.equal(await outcome(app, await issuer.token({ scope: 'lobar.read' })), '200');
    assert.equal(await outcome(app, await issuer.token({ scope: 'lobar.analyze' })), '200', 'includes read');
    assert.equal(await outcome(app, await issuer.token({ scope: 'other' })), '403 scope-insufficient');
  });

  it('may carry its scopes as other issuers do: scp, as text or list, and roles', async () => {
    const without = (more: object): TokenWish => ({
      change(token) {
        delete token['scope'];
        Object.assign(token, more);
      },
    });
    for (const more of [{ scp: 'x lobar.read' }, { scp: ['lobar.read'] }, { roles: ['lobar.analyze'] }]) {
      assert.equal(await outcome(app, await issuer.token(without(more))), '200');
    }
    assert.equal(
      await outcome(app, await issuer.token(without({ scope: { 'lobar.read': 1 } }))),
      '403 scope-insufficient',
    );
  });

  it('is allowed nothing by roles where no client asked for it, as in an ID token of Microsoft Entra', async () => {
    const asked = (more: object) =>
      issuer.token({
        change(token, header) {
          header['typ'] = 'JWT';
          for (const claim of ['scope', 'client_id']) delete token[claim];
          Object.assign(token, { sub: 'AAAAAAAA', roles: ['lobar.analyze'] }, more);
        },
      });
    assert.equal(await outcome(app, await asked({})), '403 scope-insufficient');
    assert.equal(await outcome(app, await asked({ azp: 'app-1' })), '200', 'Microsoft Entra, v2');
    assert.equal(await outcome(app, await asked({ appid: 'app-1' })), '200', 'Microsoft Entra, v1');
  });

  it('may hold a nonce where it says that it is none of identity, as in older Keycloaks', async () => {
    const token = await issuer.token({
      change: (made) => Object.assign(made, { typ: 'Bearer', nonce: 'n' }),
    });
    assert.equal(await outcome(app, token), '200');
  });

  it('may be a JWT without the type of RFC 9068, and in upper case', async () => {
    for (const typ of ['JWT', 'AT+JWT', 'application/at+jwt']) {
      const token = await issuer.token({ change: (_claims, header) => (header['typ'] = typ) });
      assert.equal(await outcome(app, token), '200');
    }
  });

  it('is not looked for in the address', async () => {
    const answer = await fetch(`${app.url}/v1/models?access_token=${await issuer.token()}`);
    assert.equal(answer.status, 401);
    assert.equal(((await answer.json()) as { code: string }).code, 'credentials-missing');
  });

  it('that is missing is asked for, without an error (RFC 6750 3.1), also where another scheme was used', async () => {
    for (const headers of [{}, { authorization: 'Basic dXNlcjpwYXNzd29yZA==' }]) {
      const answer = await models(app, headers as Record<string, string>);
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/);
      assert.deepEqual(challengeOf(answer), {
        realm: 'lobar',
        scope: 'lobar.read',
        resource_metadata: metadata,
      });
    }
  });

  it('that is no token, or one of two, is a malformed request', async () => {
    const token = await issuer.token();
    for (const authorization of [
      'Bearer',
      'Bearer ',
      'Bearer a b',
      `Bearer ${token}, Bearer ${token}`,
      'Bearer ä',
    ]) {
      const answer = await models(app, { authorization });
      assert.equal(answer.status, 400, authorization);
      assert.equal(challengeOf(answer)['error'], 'invalid_request');
    }
    const { answered } = await raw(app, [
      'GET /v1/models HTTP/1.1',
      `Authorization: Bearer ${token}`,
      `authorization: Bearer ${token}`,
    ]);
    assert.match(answered, /^HTTP\/1\.1 400 /);
    assert.match(answered, /error="invalid_request"/);
  });

  it('is asked for in FHIR by an OperationOutcome; the metadata are for everybody', async () => {
    const answer = await fetch(`${app.url}/fhir/$analyze-chest-ct`, { method: 'POST' });
    assert.equal(answer.status, 401);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/fhir\+json/);
    assert.equal(challengeOf(answer)['scope'], 'lobar.analyze');
    const resource = (await answer.json()) as fhir4.OperationOutcome;
    assert.equal(resource.issue[0]?.code, 'login');
    assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }), []);
    const capabilities = await fetch(`${app.url}/fhir/metadata`);
    assert.equal(capabilities.status, 200);
    const statement = (await capabilities.json()) as fhir4.CapabilityStatement;
    assert.equal(statement.rest?.[0]?.security?.service?.[0]?.coding?.[0]?.code, 'OAuth');
  });

  it('is checked before the body is read', async () => {
    const { answered, ended } = await raw(
      app,
      ['POST /v1/analyses HTTP/1.1', 'Content-Type: application/json', 'Content-Length: 1000000000'],
      '{"study":',
    );
    assert.match(answered, /^HTTP\/1\.1 401 /);
    assert.match(answered, /^connection: close\r$/im);
    assert.ok(ended, 'so that nobody reads the rest');
  });

  it('is told of to a client that asks (RFC 9728)', async () => {
    const answer = await fetch(`${app.url}/.well-known/oauth-protected-resource`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    assert.deepEqual(await answer.json(), {
      resource: audience,
      authorization_servers: [issuer.url],
      scopes_supported: ['lobar.analyze', 'lobar.read'],
      bearer_methods_supported: ['header'],
      resource_name: 'Lobar',
    });
  });

  it('stands in no line of the log, and nobody’s name does', async () => {
    const token = await issuer.token({ change: (made) => (made.sub = 'dr.who@example.org') });
    assert.equal(await outcome(app, token), '200');
    const text = app.log.text();
    assert.match(text, /"client":"bearer"/);
    for (const part of [...token.split('.'), 'dr.who', 'ehr-1', 'secret-of-the-client', 'eyJ']) {
      assert.ok(!text.includes(part), part);
    }
  });
});

/** One request as it goes over the wire; and whether the connection was closed after the answer. */
async function raw({ app }: App, head: readonly string[], body = '') {
  const { port } = app.server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(`${[...head, 'Host: lobar'].join('\r\n')}\r\n\r\n${body}`);
  let answered = '';
  let ended = false;
  socket.on('error', () => {});
  socket.on('data', (chunk) => (answered += chunk));
  socket.on('close', () => (ended = true));
  await until(() => answered.includes('}'));
  if (answered.includes('connection: close')) await until(() => ended);
  socket.destroy();
  return { answered, ended };
}
