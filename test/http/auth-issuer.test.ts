import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { generateKeyPair, SignJWT } from 'jose';
import { answers, serve } from '../outbound/support/servers.ts';
import { until } from '../support/until.ts';
import { openAuthApp } from './support/auth-app.ts';
import { audience, openTokenIssuer, type TokenIssuer } from './support/token-issuer.ts';

/** Looks for unknown keys as often as it likes, unless a test says otherwise. */
const impatient = { refetchSeconds: 0.001 };

const appOf = (t: TestContext, { url }: { readonly url: string }, more: object = {}) =>
  openAuthApp(t, { auth: { oidc: { issuer: url, audience, keys: impatient, ...more } } });

async function ask({ url }: { readonly url: string }, token: string) {
  const answer = await fetch(`${url}/v1/models`, { headers: { authorization: `Bearer ${token}` } });
  const { code = '' } = (await answer.json()) as { code?: string };
  return { said: `${answer.status} ${code}`.trim(), headers: answer.headers };
}

/** Signed by a key that the issuer does not have. */
async function strangersToken({ url }: TokenIssuer): Promise<string> {
  const { privateKey } = await generateKeyPair('RS256');
  const claims = { iss: url, aud: audience, client_id: 'x', scope: 'lobar.analyze' };
  const header = { alg: 'RS256', kid: 'unknown' };
  return new SignJWT(claims).setProtectedHeader(header).setExpirationTime('1 minute').sign(privateKey);
}

describe('The keys of the issuer', () => {
  it('are asked for once, where its metadata says', async (t) => {
    const issuer = await openTokenIssuer(t);
    const app = await appOf(t, issuer, { keys: {} });
    const tokens = await Promise.all([issuer.token(), issuer.token()]);
    await Promise.all(tokens.map((token) => ask(app, token)));
    assert.equal((await ask(app, await issuer.token())).said, '200');
    assert.deepEqual(issuer.read, ['/.well-known/openid-configuration', '/jwks']);
  });

  it('are asked for at jwksUrl, where that is set', async (t) => {
    const issuer = await openTokenIssuer(t);
    const app = await appOf(t, issuer, { jwksUrl: `${issuer.url}/jwks` });
    assert.equal((await ask(app, await issuer.token())).said, '200');
    assert.deepEqual(issuer.read, ['/jwks']);
  });

  it('may be new ones: those are found, and the old ones are worth nothing any more', async (t) => {
    const issuer = await openTokenIssuer(t);
    const app = await appOf(t, issuer);
    const old = await issuer.token();
    assert.equal((await ask(app, old)).said, '200');
    await issuer.rotate();
    assert.equal((await ask(app, await issuer.token())).said, '200');
    assert.equal((await ask(app, old)).said, '401 token-invalid');
  });

  it('are not asked for again and again for the sake of tokens that nobody signed', async (t) => {
    const issuer = await openTokenIssuer(t);
    const app = await appOf(t, issuer, { keys: { refetchSeconds: 600 } });
    for (let times = 0; times < 3; times += 1) {
      assert.equal((await ask(app, await strangersToken(issuer))).said, '401 token-invalid');
    }
    assert.equal(issuer.read.length, 2, 'metadata and keys, once');
  });

  it('that cannot be had let nobody in, and are no fault of the caller: 503', async (t) => {
    const issuer = await openTokenIssuer(t);
    issuer.down = true;
    const app = await appOf(t, issuer);
    const { said, headers } = await ask(app, await issuer.token());
    assert.equal(said, '503 issuer-unavailable');
    assert.match(headers.get('retry-after') ?? '', /^\d+$/);
    assert.equal(headers.get('www-authenticate'), null);
    assert.match(
      app.log.text(),
      /keys of the issuer of tokens cannot be had: its .well-known\/openid-configuration/,
    );
    assert.ok(!app.log.text().includes(issuer.url), 'no address in the log');
    issuer.down = false;
    assert.equal((await ask(app, await issuer.token())).said, '200');
    assert.match(app.log.text(), /can be had again/);
  });

  it('that were had before hold on while it is down; an unknown one may be a new one then', async (t) => {
    const issuer = await openTokenIssuer(t);
    const app = await appOf(t, issuer, { keys: { ...impatient, maxAgeSeconds: 0.001 } });
    const token = await issuer.token();
    assert.equal((await ask(app, token)).said, '200');
    issuer.down = true;
    const asked = issuer.read.length;
    assert.equal((await ask(app, token)).said, '200');
    // They are old, and asked for in vain.
    await until(() => issuer.read.length > asked);
    assert.equal((await ask(app, await strangersToken(issuer))).said, '503 issuer-unavailable');
    issuer.down = false;
    assert.equal((await ask(app, await strangersToken(issuer))).said, '401 token-invalid');
  });

  const wrong: readonly (readonly [
    what: string,
    answer: (url: string) => object | string,
    status: number,
  ])[] = [
    ['of another issuer', (url) => ({ issuer: `${url}/`, jwks_uri: `${url}/jwks` }), 200],
    ['without keys', (url) => ({ issuer: url }), 200],
    ['with keys behind credentials', (url) => ({ issuer: url, jwks_uri: url.replace('//', '//a:b@') }), 200],
    ['with keys in a file', (url) => ({ issuer: url, jwks_uri: 'file:///etc/passwd' }), 200],
    ['that are no JSON', () => '<html>', 200],
    ['that are not there', () => '{}', 404],
    ['that lead to something that is no key set', (url) => ({ issuer: url, jwks_uri: url, keys: 'x' }), 200],
  ];
  for (const [what, answer, status] of wrong) {
    it(`are not taken from metadata ${what}`, async (t) => {
      let body = '';
      const issuer = await serve(t, (request, response) => answers(status, body)(request, response));
      const said = answer(issuer.url);
      body = typeof said === 'string' ? said : JSON.stringify(said);
      const app = await appOf(t, issuer);
      const real = await openTokenIssuer(t);
      const token = await real.token({ change: (claims) => (claims.iss = issuer.url) });
      assert.equal((await ask(app, token)).said, '503 issuer-unavailable');
    });
  }

  it('that are too short to be trusted (RFC 7518 3.3) are no fault of the token', async (t) => {
    const { publicKey, privateKey } = await crypto.subtle.generateKey(
      {
        name: 'RSASSA-PKCS1-v1_5',
        modulusLength: 1024,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: 'SHA-256',
      },
      true,
      ['sign', 'verify'],
    );
    const jwk = { ...(await crypto.subtle.exportKey('jwk', publicKey)), kid: 'short', key_ops: ['verify'] };
    const { url } = await serve(t, answers(200, JSON.stringify({ keys: [jwk] })));
    const app = await appOf(t, { url }, { jwksUrl: url });
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
    const claims = { iss: url, aud: audience, client_id: 'x', exp: Date.now() / 1000 + 60 };
    const signed = `${encode({ alg: 'RS256', kid: 'short' })}.${encode(claims)}`;
    const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', privateKey, Buffer.from(signed));
    const { said } = await ask(app, `${signed}.${Buffer.from(signature).toString('base64url')}`);
    assert.equal(said, '503 issuer-unavailable');
  });
});
