import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { checkConfig } from '../../src/config.ts';
import { openAuthentication } from '../../src/http/auth/open-authentication.ts';
import { buildApp } from '../../src/http/build-app.ts';
import { openPage } from '../../src/http/page/open-page.ts';
import { unopenedContext } from '../../src/http/unopened-context.ts';
import { keptLog } from '../fhir/audit/audit-fixture.ts';
import { audience, openTokenIssuer } from './support/token-issuer.ts';

const index =
  '<!doctype html><title>Lobar</title><script type="module" src="./assets/index-Cqutgcx_.js"></script>';
const script = `export const words = ${JSON.stringify('lung '.repeat(1000))};\n`;
const font = randomBytes(3000);

/** A folder as Vite builds it, beside a file that is nobody's business. */
async function builtFolder(t: TestContext): Promise<string> {
  const outside = await mkdtemp(join(tmpdir(), 'lobar-page-'));
  t.after(() => rm(outside, { recursive: true }));
  const folder = join(outside, 'dist');
  await mkdir(join(folder, 'assets', 'deeper'), { recursive: true });
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await symlink(join(outside, 'secret.txt'), join(folder, 'assets', 'link.txt'));
  await writeFile(join(folder, 'index.html'), index);
  await writeFile(join(folder, 'assets', 'index-Cqutgcx_.js'), script);
  await writeFile(join(folder, 'assets', 'style-BS_w-31t.css'), 'body { color: white }');
  await writeFile(join(folder, 'assets', 'font-AbCd0123.woff2'), font);
  await writeFile(join(folder, 'assets', 'codec-AbCd0123.wasm'), randomBytes(50));
  await writeFile(join(folder, 'assets', 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, 'assets', 'deeper', 'mask-AbCd0123.png'), randomBytes(50));
  return folder;
}

async function openApp(t: TestContext, settings: object = {}, folder?: string) {
  const config = checkConfig(settings);
  const log = keptLog();
  const page = await openPage(config, log.logger, folder ?? (await builtFolder(t)));
  const authentication = openAuthentication(config, log.logger);
  const app = await buildApp({ ...unopenedContext(config), authentication, page }, log.logger, '0.0.0');
  t.after(async () => {
    await app.close();
    await authentication.close();
  });
  const get = (url: string, headers: Readonly<Record<string, string>> = {}, method: 'GET' | 'HEAD' = 'GET') =>
    app.inject({ method, url, headers });
  return { get, log };
}

const oidc = { issuer: 'https://login.example.org/realms/hospital', audience: 'https://lobar.example.org' };
const policyOf = ({ headers }: { headers: Readonly<Record<string, unknown>> }) =>
  new Map(
    String(headers['content-security-policy'])
      .split('; ')
      .map((directive) => {
        const [name = '', ...sources] = directive.split(' ');
        return [name, sources.join(' ')];
      }),
  );

describe('The reading page', () => {
  it('is served at / with the types of its files', async (t) => {
    const { get } = await openApp(t);
    const page = await get('/');
    assert.equal(page.statusCode, 200);
    assert.equal(page.body, index);
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
    assert.equal(page.headers['cache-control'], 'no-cache');
    for (const [path, type] of [
      ['index-Cqutgcx_.js', 'text/javascript; charset=utf-8'],
      ['style-BS_w-31t.css', 'text/css; charset=utf-8'],
      ['font-AbCd0123.woff2', 'font/woff2'],
      ['codec-AbCd0123.wasm', 'application/wasm'],
      ['icon.svg', 'image/svg+xml'],
      ['deeper/mask-AbCd0123.png', 'image/png'],
    ]) {
      const { statusCode, headers } = await get(`/assets/${path}`);
      assert.deepEqual([statusCode, headers['content-type']], [200, type], path);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      const kept = path === 'icon.svg' ? 'no-cache' : 'public, max-age=31536000, immutable';
      assert.equal(headers['cache-control'], kept, path);
    }
  });

  it('comes compressed to who takes that, and as it is to who does not', async (t) => {
    const { get } = await openApp(t);
    const ask = (accepted?: string) =>
      get('/assets/index-Cqutgcx_.js', accepted === undefined ? {} : { 'accept-encoding': accepted });
    for (const [accepted, coding] of [
      [undefined, undefined],
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
      ['br;q=0, gzip;q=0.1', 'gzip'],
      ['identity', undefined],
      ['', undefined],
      ['*', 'br'],
    ] as const) {
      const { headers, rawPayload } = await ask(accepted);
      assert.equal(headers['content-encoding'], coding, accepted);
      assert.equal(headers['vary'], 'accept-encoding');
      assert.equal(Number(headers['content-length']), rawPayload.length);
      const plain =
        coding === 'br'
          ? brotliDecompressSync(rawPayload)
          : coding === 'gzip'
            ? gunzipSync(rawPayload)
            : rawPayload;
      assert.equal(plain.toString(), script);
    }
    const image = await get('/assets/font-AbCd0123.woff2', { 'accept-encoding': 'br' });
    assert.deepEqual([image.headers['content-encoding'], image.headers['vary']], [undefined, undefined]);
    assert.deepEqual(image.rawPayload, font);
  });

  it('is not sent again to who holds it (RFC 9110 13.1.2), and its head alone where that is asked for', async (t) => {
    const { get } = await openApp(t);
    const first = await get('/');
    const etag = String(first.headers['etag']);
    assert.match(etag, /^"[\w-]+"$/);
    for (const held of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const again = await get('/', { 'if-none-match': held });
      assert.deepEqual([again.statusCode, again.body, again.headers['etag']], [304, '', etag], held);
      assert.ok(policyOf(again).has('default-src'));
    }
    assert.equal((await get('/', { 'if-none-match': '"other"' })).statusCode, 200);
    const coded = await get('/assets/index-Cqutgcx_.js', { 'accept-encoding': 'br' });
    const plain = await get('/assets/index-Cqutgcx_.js');
    assert.notEqual(coded.headers['etag'], plain.headers['etag']);
    const head = await get('/', {}, 'HEAD');
    assert.deepEqual([head.statusCode, head.body], [200, '']);
    assert.equal(Number(head.headers['content-length']), Buffer.byteLength(index));
  });

  it('lets a browser run, load and reach nothing but what is here, and stands in no frame', async (t) => {
    const { get } = await openApp(t);
    const page = await get('/');
    assert.deepEqual(Object.fromEntries(policyOf(page)), {
      'default-src': "'none'",
      'script-src': "'self'",
      'style-src': "'self'",
      'img-src': "'self' data: blob:",
      'font-src': "'self' data:",
      'connect-src': "'self'",
      'worker-src': "'self'",
      'base-uri': "'none'",
      'form-action': "'none'",
      'frame-ancestors': "'none'",
    });
    const { headers } = page;
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.equal(headers['referrer-policy'], 'no-referrer');
    assert.equal(headers['cross-origin-opener-policy'], 'same-origin');
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin');
    assert.match(String(headers['permissions-policy']), /camera=\(\)/);
  });

  it('leads to no other file', async (t) => {
    const { get } = await openApp(t);
    for (const path of [
      '/assets/',
      '/assets/..%2fsecret.txt',
      '/assets/../../secret.txt',
      '/assets/%2e%2e/%2e%2e/secret.txt',
      '/assets/..%5c..%5csecret.txt',
      '/assets/link.txt',
      '/assets/index.html',
      '/assets//index-Cqutgcx_.js',
      '/assets/deeper',
      '/assets/__proto__',
      '/assets/%00',
      '/index.html',
      '/secret.txt',
      '/dist/index.html',
    ]) {
      const { statusCode, body } = await get(path);
      assert.equal(statusCode, 404, path);
      assert.match(body, /"code":"route-not-found"/, path);
    }
  });

  it('answers other methods with 405', async (t) => {
    const config = checkConfig({});
    const app = await buildApp(unopenedContext(config), keptLog().logger, '0.0.0');
    t.after(() => app.close());
    for (const url of ['/', '/assets/x.js', '/sign-in.json']) {
      const { statusCode, headers } = await app.inject({ method: 'POST', url });
      assert.deepEqual([statusCode, headers['allow']], [405, 'GET, HEAD'], url);
    }
  });

  it('that was not built is said to be so, in the log and at /; all else goes on', async (t) => {
    const { get, log } = await openApp(t, {}, join(tmpdir(), 'lobar-no-such-folder'));
    assert.equal(log.lines.filter(({ msg }) => /npm run page/.test(String(msg))).length, 1);
    const page = await get('/');
    assert.equal(page.statusCode, 404);
    const { code, detail } = page.json() as { code: string; detail: string };
    assert.equal(code, 'page-not-built');
    assert.match(detail, /npm run page/);
    assert.equal((await get('/assets/index-Cqutgcx_.js')).statusCode, 404);
    assert.equal((await get('/v1/models', { host: 'localhost' })).statusCode, 200);
  });

  it('is not there where it is switched off', async (t) => {
    const { get, log } = await openApp(t, { page: { enabled: false } });
    for (const path of ['/', '/assets/index-Cqutgcx_.js', '/sign-in.json']) {
      const { statusCode, body } = await get(path);
      assert.deepEqual([statusCode, /route-not-found/.test(body)], [404, true], path);
    }
    assert.doesNotMatch(log.text(), /npm run page/);
  });

  it('says how its reader signs in', async (t) => {
    const plan = async (settings: object) => (await (await openApp(t, settings)).get('/sign-in.json')).json();
    assert.deepEqual(await plan({}), { kind: 'none' });
    const clientCertificates = { caFile: '/run/secrets/clients/ca.crt' };
    const tls = { certFile: '/run/secrets/lobar/tls.crt', keyFile: '/run/secrets/lobar/tls.key' };
    assert.deepEqual(await plan({ http: { tls }, auth: { clientCertificates } }), { kind: 'certificate' });
    const { issuer } = oidc;
    assert.deepEqual(await plan({ auth: { oidc } }), { kind: 'oidc', issuer, scope: 'openid lobar.analyze' });
    assert.deepEqual(await plan({ auth: { oidc }, page: { clientId: 'lobar-page' } }), {
      kind: 'oidc',
      issuer,
      clientId: 'lobar-page',
      scope: 'openid lobar.analyze',
    });
    const scope = 'openid api://lobar/lobar.analyze';
    const both = { http: { tls }, auth: { oidc, clientCertificates } };
    assert.deepEqual(await plan({ ...both, page: { clientId: 'lobar-page', scope } }), {
      kind: 'oidc',
      issuer,
      clientId: 'lobar-page',
      scope,
    });
    assert.deepEqual(await plan(both), { kind: 'certificate' });
  });

  it('needs no credentials for itself, as it holds no data; what it asks for needs them', async (t) => {
    const { get } = await openApp(t, { auth: { oidc } });
    assert.equal((await get('/')).statusCode, 200);
    assert.equal((await get('/sign-in.json')).statusCode, 200);
    for (const path of ['/v1/studies/1.2', '/v1/endpoints']) {
      assert.equal((await get(path)).statusCode, 401, path);
    }
  });

  it('may reach the issuer that its reader signs in at, and the token endpoint that this names', async (t) => {
    const issuer = await openTokenIssuer(t);
    const auth = { oidc: { issuer: issuer.url, audience } };
    const { get } = await openApp(t, { auth, page: { clientId: 'lobar-page' } });
    const page = await get('/');
    assert.equal(policyOf(page).get('connect-src'), `'self' ${issuer.url}`);
    assert.equal(page.headers['cross-origin-opener-policy'], 'same-origin-allow-popups');
    await get('/');
    assert.deepEqual(issuer.read, ['/.well-known/openid-configuration'], 'asked once');
    const { get: unknown } = await openApp(t, { auth });
    assert.equal(policyOf(await unknown('/')).get('connect-src'), "'self'");
  });

  it('may reach the issuer alone while that cannot be asked', async (t) => {
    const issuer = await openTokenIssuer(t);
    issuer.down = true;
    const auth = { oidc: { issuer: issuer.url, audience } };
    const { get } = await openApp(t, { auth, page: { clientId: 'lobar-page' } });
    assert.equal(policyOf(await get('/')).get('connect-src'), `'self' ${issuer.url}`);
  });
});
