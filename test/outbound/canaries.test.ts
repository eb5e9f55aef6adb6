import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { inspect } from 'node:util';
import { LobarError } from '../../src/errors.ts';
import { loopbackCertificate } from '../dicomweb/support/loopback-certificate.ts';
import { allOf, canaries, canariesIn } from './support/canaries.ts';
import { otherCertificate } from './support/other-certificate.ts';
import { answers, serve, serveProxy, serveTokens } from './support/servers.ts';
import { get, scratch, transportAt } from './support/transport-at.ts';

const echo = JSON.stringify({
  error: canaries.clientSecret,
  error_description: `${canaries.clientSecret} is wrong`,
  access_token: canaries.accessToken,
});
const json = { 'content-type': 'application/json' };

async function secretFiles(t: TestContext) {
  const { write } = await scratch(t);
  return {
    token: await write('token', canaries.token),
    password: await write('password', canaries.password),
    clientSecret: await write('secret', canaries.clientSecret),
    cert: await write('tls.crt', loopbackCertificate.cert),
    key: await write('tls.key', `-----BEGIN PRIVATE KEY-----\n${canaries.key}\n-----END PRIVATE KEY-----\n`),
    twoLines: await write('two', `${canaries.password}\n${canaries.token}\n`),
  };
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

describe('A secret', () => {
  it('is in no error, however the request that carries it fails', async (t) => {
    const files = await secretFiles(t);
    const proxy = await serveProxy(t, `me:${canaries.proxyPassword}`);
    const http = proxy.url.replace('//', `//me:${canaries.proxyPassword}@`);
    const wrongProxy = { proxy: { http: http.replace('me:', 'you:'), https: http.replace('me:', 'you:') } };
    const seen: unknown[] = [];
    const good = await serve(t, (request, response) => {
      seen.push(request.headers);
      answers(200)(request, response);
    });
    const tokens = await serveTokens(t, {
      answer: () => answers(200, `{"access_token":"${canaries.accessToken}","token_type":"bearer"}`, json),
    });
    const badTokens = await serveTokens(t, { answer: () => answers(400, echo, json) });
    const url = async (status: number, headers = {}) => (await serve(t, answers(status, echo, headers))).url;
    const failing: readonly [string, object?][] = [
      [await url(401)],
      [await url(403)],
      [await url(302, { location: `http://127.0.0.1/${canaries.token}` })],
      [await url(200, { 'content-encoding': 'gzip' })],
      [`http://127.0.0.1:${await closedPort()}`, { proxy: {} }],
      [(await serve(t, answers(200), otherCertificate)).url],
      [(await serve(t, (request) => request.socket.destroy())).url, { proxy: {} }],
      [good.url, wrongProxy],
      ['https://127.0.0.1:1', wrongProxy],
      [good.url, { egress: { blockedAddresses: ['127.0.0.0/8'] } }],
    ];
    const oauth2 = { tokenUrl: tokens.tokenUrl, clientId: 'lobar', clientSecretFile: files.clientSecret };
    const kinds = [
      { bearerTokenFile: files.token },
      { basic: { username: 'lobar', passwordFile: files.password } },
      { oauth2 },
      { oauth2: { ...oauth2, clientAuthentication: 'post' } },
    ];
    const headers = { 'X-Api-Key': canaries.header };
    const errors: unknown[] = [];
    const fails = async (address: string, settings: object, outbound: object) => {
      const failed = await get(transportAt(t, address, { headers, ...settings }, outbound)).then(
        ({ status }) => assert.fail(`HTTP ${status}`),
        (error: unknown) => error,
      );
      assert.ok(failed instanceof LobarError && failed.code !== 'internal', inspect(failed));
      errors.push(failed);
    };
    for (const settings of kinds) {
      for (const [address, outbound = { proxy: { http } }] of failing) {
        await fails(address, settings, outbound);
      }
    }
    for (const tokenUrl of [badTokens.tokenUrl, `http://127.0.0.1:${await closedPort()}/`]) {
      await fails(good.url, { oauth2: { ...oauth2, tokenUrl } }, {});
    }
    await fails(good.url, { bearerTokenFile: files.twoLines }, {});
    await fails(good.url, { basic: { username: 'lobar', passwordFile: files.twoLines } }, {});
    assert.throws(
      () => transportAt(t, good.url, { tls: { certFile: files.cert, keyFile: files.key } }),
      (error: unknown) => errors.push(error) > 0 && (error as LobarError).code === 'config-invalid',
    );
    for (const error of errors) assert.deepEqual(canariesIn(allOf(error)), [], String(error));

    // That nothing was found means something only if the secrets were really on their way.
    for (const settings of kinds) {
      await get(transportAt(t, good.url, { headers, ...settings }, { proxy: { http } }));
    }
    const carried = canariesIn(inspect([seen, tokens.asked], { depth: null, maxStringLength: null }));
    const { token, header, accessToken, clientSecret } = canaries;
    for (const canary of [token, header, accessToken, clientSecret])
      assert.ok(carried.includes(canary), canary);
    assert.ok(carried.length >= 5, 'the password goes in base64');
    assert.ok(errors.length >= 45);
  });
});
