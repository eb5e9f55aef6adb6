import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { answers, serve, serveTokens } from '../outbound/support/servers.ts';
import { get, scratch, transportAt } from '../outbound/support/transport-at.ts';

/** A PACS that keeps the Authorization headers it saw. */
async function recordingPacs(
  t: TestContext,
  answer: (authorization: string) => RequestListener = () => answers(200),
) {
  const seen: (string | undefined)[] = [];
  const { url } = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    answer(request.headers.authorization ?? '')(request, response);
  });
  return { url: `${url}/dicom-web`, seen };
}

describe('A PACS that wants a user name and a password', () => {
  it('gets them in UTF-8 (the example of RFC 7617 2.1), as the file holds them at that moment', async (t) => {
    const { write } = await scratch(t);
    const { url, seen } = await recordingPacs(t);
    const passwordFile = await write('password', '123\u00A3\n');
    const transport = transportAt(t, url, { basic: { username: 'test', passwordFile } });
    await get(transport);
    await write('password', 'open sesame');
    await get(transport);
    // The second: printf 'test:open sesame' | base64
    assert.deepEqual(seen, ['Basic dGVzdDoxMjPCow==', 'Basic dGVzdDpvcGVuIHNlc2FtZQ==']);
  });

  it('is not asked when the file holds no password', async (t) => {
    const { write, folder } = await scratch(t);
    const { url, seen } = await recordingPacs(t);
    for (const content of ['', '\n', 'a\nb', Buffer.from([0xff, 0x61])]) {
      const passwordFile = await write('password', content);
      const message = /pacs\.a\.basic\.passwordFile: holds no secret/;
      const transport = transportAt(t, url, { basic: { username: 'test', passwordFile } });
      await assert.rejects(get(transport), { code: 'config-invalid', message });
    }
    const missing = transportAt(t, url, { basic: { username: 'test', passwordFile: `${folder}/none` } });
    await assert.rejects(get(missing), { code: 'config-invalid', message: /cannot be read \(ENOENT\)/ });
    assert.deepEqual(seen, []);
  });
});

describe('A PACS that wants an OAuth 2 token', () => {
  const opened = async (t: TestContext, url: string, tokenUrl: string, more: object = {}) => {
    const { write } = await scratch(t);
    const clientSecretFile = await write('secret', 'se:cret/1\n');
    return transportAt(t, url, { oauth2: { tokenUrl, clientId: 'lobar', clientSecretFile, ...more } });
  };

  it('gets one token for many requests at once, asked for with the client in the header', async (t) => {
    const { url, seen } = await recordingPacs(t);
    const tokens = await serveTokens(t, { expiresIn: 3600 });
    const transport = await opened(t, url, tokens.tokenUrl, { scope: 'read', audience: 'pacs' });
    await Promise.all([get(transport), get(transport), get(transport)]);
    await get(transport);
    assert.deepEqual(seen, Array(4).fill('Bearer token-1'));
    // RFC 6749 2.3.1: form-urlencoded, then base64. printf 'lobar:se%3Acret%2F1' | base64
    assert.equal(tokens.asked.length, 1);
    assert.equal(tokens.asked[0]?.authorization, 'Basic bG9iYXI6c2UlM0FjcmV0JTJGMQ==');
    assert.deepEqual(Object.fromEntries(new URLSearchParams(tokens.asked[0]?.body)), {
      grant_type: 'client_credentials',
      scope: 'read',
      audience: 'pacs',
    });
  });

  it('or with the client in the body, as configured', async (t) => {
    const { url } = await recordingPacs(t);
    const tokens = await serveTokens(t);
    await get(await opened(t, url, tokens.tokenUrl, { clientAuthentication: 'post' }));
    assert.equal(tokens.asked[0]?.authorization, undefined);
    const { client_id, client_secret } = Object.fromEntries(new URLSearchParams(tokens.asked[0]?.body));
    assert.deepEqual([client_id, client_secret], ['lobar', 'se:cret/1']);
  });

  it('that takes the token back is sent another, once', async (t) => {
    const tokens = await serveTokens(t, { expiresIn: 3600 });
    const { url, seen } = await recordingPacs(t, (authorization) =>
      authorization === 'Bearer token-2' ? answers(200) : answers(401),
    );
    assert.equal((await get(await opened(t, url, tokens.tokenUrl))).status, 200);
    assert.deepEqual(seen, ['Bearer token-1', 'Bearer token-2']);
  });

  it('that refuses every token is asked twice and no more; that forbids (403), once', async (t) => {
    for (const [status, times] of [
      [401, 2],
      [403, 1],
    ] as const) {
      const tokens = await serveTokens(t);
      const { url, seen } = await recordingPacs(t, () => answers(status));
      const message = new RegExp(`HTTP ${status} to an OAuth 2 token; check pacs\\.a\\.oauth2`);
      await assert.rejects(get(await opened(t, url, tokens.tokenUrl)), { code: 'pacs-auth-failed', message });
      assert.equal(seen.length, times);
    }
  });

  it('that forbids (403) gets another token with the next request: rights may have been given', async (t) => {
    const tokens = await serveTokens(t, { expiresIn: 3600 });
    const { url, seen } = await recordingPacs(t, (authorization) =>
      authorization === 'Bearer token-2' ? answers(200) : answers(403),
    );
    const transport = await opened(t, url, tokens.tokenUrl);
    await assert.rejects(get(transport), { code: 'pacs-auth-failed' });
    assert.equal((await get(transport)).status, 200);
    assert.deepEqual(seen, ['Bearer token-1', 'Bearer token-2']);
  });

  const json = { 'content-type': 'application/json' };
  const refusals: readonly [string, RequestListener, string, RegExp][] = [
    [
      'invalid_client, with the challenge that RFC 6749 5.2 wants of a 401',
      answers(401, '{"error":"invalid_client"}', { ...json, 'www-authenticate': 'Basic realm="tokens"' }),
      'pacs-auth-failed',
      /HTTP 401 \(invalid_client\); check pacs\.a\.oauth2/,
    ],
    ['an error of its own', answers(400, '{"error":"se:cret"}', json), 'pacs-auth-failed', /HTTP 400; check/],
    ['503', answers(503, 'later', json), 'pacs-token-unavailable', /HTTP 503/],
    [
      'a page of HTML',
      answers(200, '<html>', { 'content-type': 'text/html' }),
      'pacs-auth-failed',
      /no bearer token/,
    ],
    [
      'a token with a line end',
      answers(200, '{"access_token":"a\\r\\nb: c","token_type":"Bearer"}', json),
      'pacs-auth-failed',
      /no bearer token/,
    ],
    ['a redirect', answers(302, '', { location: '/elsewhere' }), 'pacs-auth-failed', /HTTP 302/],
    ['a flood', answers(200, 'x'.repeat(500_000), json), 'pacs-auth-failed', /answered more than 256 KiB/],
    ['nothing', (request) => request.socket.destroy(), 'pacs-token-unavailable', /closed the connection/],
  ];
  for (const [what, answer, code, message] of refusals) {
    it(`is not asked when the token endpoint answers ${what}`, async (t) => {
      const { url, seen } = await recordingPacs(t);
      const tokens = await serveTokens(t, { answer: () => answer });
      await assert.rejects(get(await opened(t, url, tokens.tokenUrl)), { code, message });
      assert.deepEqual(seen, []);
    });
  }

  it('is served again when the token endpoint comes back', async (t) => {
    const { url } = await recordingPacs(t);
    let down = true;
    const tokens = await serveTokens(t, { answer: () => (down ? answers(500, '') : undefined) });
    const transport = await opened(t, url, tokens.tokenUrl);
    await assert.rejects(get(transport), { code: 'pacs-token-unavailable' });
    down = false;
    assert.equal((await get(transport)).status, 200);
  });

  it('leaves who gives up waiting for the token alone', async (t) => {
    const { url, seen } = await recordingPacs(t);
    const tokens = await serveTokens(t, { answer: () => () => undefined });
    const transport = await opened(t, url, tokens.tokenUrl);
    await assert.rejects(get(transport, AbortSignal.timeout(50)), { code: 'cancelled' });
    assert.deepEqual(seen, []);
  });
});

describe('A PACS that refuses', () => {
  it('says which credentials it refused, and which setting to check', async (t) => {
    const { write } = await scratch(t);
    const file = await write('secret', 'abc');
    const kinds: readonly [object, RegExp][] = [
      [{}, /to no credentials; check pacs\.a\.bearerTokenFile, basic, oauth2 or tls\.certFile/],
      [{ bearerTokenFile: file }, /to a bearer token; check pacs\.a\.bearerTokenFile/],
      [{ basic: { username: 'u', passwordFile: file } }, /to a user name and password; check pacs\.a\.basic/],
    ];
    for (const [settings, message] of kinds) {
      for (const status of [401, 403]) {
        const { url, seen } = await recordingPacs(t, () => answers(status));
        await assert.rejects(get(transportAt(t, url, settings)), {
          code: 'pacs-auth-failed',
          status: 502,
          message,
        });
        assert.equal(seen.length, 1);
      }
    }
  });

  it('gets the headers of its own settings with every request, and no compression is offered', async (t) => {
    const { url } = await serve(t, ({ headers }, response) => {
      response.end(JSON.stringify([headers['x-api-key'], headers['accept-encoding']]));
    });
    const { text } = await get(transportAt(t, url, { headers: { 'X-Api-Key': 'k 1' } }));
    assert.deepEqual(JSON.parse(text), ['k 1', 'identity']);
  });

  it('may redirect, but no credential follows', async (t) => {
    const { write } = await scratch(t);
    const elsewhere = await recordingPacs(t);
    const { url } = await recordingPacs(t, () => answers(307, '', { location: elsewhere.url }));
    const transport = transportAt(t, url, { bearerTokenFile: await write('token', 'abc') });
    await assert.rejects(get(transport), { code: 'pacs-response-invalid', message: /redirect/ });
    assert.deepEqual(elsewhere.seen, []);
  });
});

describe('A PACS that takes too long for a whole answer', () => {
  it('is cut off, though it never pauses', async (t) => {
    const closed = Promise.withResolvers<void>();
    const { url } = await serve(t, (_request, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('x'), 20);
      response.on('close', () => {
        clearInterval(drip);
        closed.resolve();
      });
    });
    const message = /longer than 0\.3 s \(for its whole answer\), the limit pacs\.a\.timeouts\.total/;
    await assert.rejects(get(transportAt(t, url, { timeouts: { total: 0.3 } })), {
      code: 'pacs-timeout',
      message,
    });
    await closed.promise;
  });

  it('is not one whose reader is slow', async (t) => {
    // More than the sockets and the reader hold, so that the PACS has to wait.
    const { url } = await serve(t, answers(200, 'x'.repeat(20_000_000)));
    const transport = transportAt(t, url, { timeouts: { total: 2 } });
    const { signal } = new AbortController();
    const at = `${transport.root}/x`;
    const response = await transport.send({
      operation: 'QIDO-RS search for studies',
      method: 'GET',
      url: at,
      headers: {},
      signal,
    });
    let [read, count] = [0, 0];
    for await (const chunk of response.chunks) {
      read += chunk.length;
      count += 1;
      if (count <= 10) await new Promise((resolve) => setTimeout(resolve, 250));
    }
    assert.equal(read, 20_000_000);
  });

  it('leaves no timer behind where there was no body to wait for', async (t) => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const { url } = await recordingPacs(t, () => answers(204));
    const transport = transportAt(t, url);
    const before = timers();
    const { signal } = new AbortController();
    const at = `${transport.root}/x`;
    await transport.send({
      operation: 'QIDO-RS search for studies',
      method: 'GET',
      url: at,
      headers: {},
      signal,
    });
    await new Promise((resolve) => setImmediate(resolve));
    await transport.close();
    assert.ok(timers() <= before, `${timers()} timers, ${before} before`);
  });

  it('leaves no timer behind, whether its answer was read, discarded or never came', async (t) => {
    const timers = () => process.getActiveResourcesInfo().filter((one) => one === 'Timeout').length;
    const { url } = await recordingPacs(t);
    const transport = transportAt(t, url);
    const before = timers();
    await get(transport);
    const { signal } = new AbortController();
    const request = {
      operation: 'QIDO-RS search for studies',
      method: 'GET',
      url: `${transport.root}/x`,
      headers: {},
      signal,
    } as const;
    (await transport.send(request)).discard();
    await assert.rejects(transport.send({ ...request, signal: AbortSignal.abort() }), { code: 'cancelled' });
    await new Promise((resolve) => setImmediate(resolve));
    await transport.close();
    assert.ok(timers() <= before, `${timers()} timers, ${before} before`);
  });
});
