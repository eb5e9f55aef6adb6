import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openCallback } from '../../src/callbacks/callback.ts';
import { checkConfig } from '../../src/config.ts';
import { unrestricted } from '../../src/outbound/open-agent.ts';
import { parseSigned } from '../support/parse-signed.ts';

/** The example of Standard Webhooks 1.0, "Verifying signatures": its key, and 24 to 64 bytes as it asks for. */
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const event = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  type: 'test',
  timestamp: '2026-01-01T00:00:00Z',
  data: {},
};
const { signal } = new AbortController();

describe('a callback', () => {
  let folder: string;
  let url: string;
  const seen: { readonly headers: Record<string, string>; readonly body: string }[] = [];
  let answer: (respond: (status: number) => void) => void = (respond) => respond(204);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    seen.push({ headers: request.headers as Record<string, string>, body });
    answer((status) => response.writeHead(status).end('whatever it says'));
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-callback-'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const opened = async (text: string, more: object = {}) => {
    const secretFile = join(folder, 'secret');
    await writeFile(secretFile, text);
    const { callbacks } = checkConfig({ callbacks: { ehr: { url, secretFile, ...more } } });
    assert.ok(callbacks['ehr'] !== undefined);
    return openCallback('ehr', callbacks['ehr'], unrestricted);
  };

  it('is signed, so that whoever has the secret knows it: HMAC-SHA256 over id, time and body', async () => {
    const callback = await opened(`${secret}\n`, { headers: { 'x-tenant': 'a' } });
    assert.equal(await callback.tell(event, signal), undefined);
    const got = seen.at(-1);
    assert.ok(got !== undefined);
    assert.equal(got.headers['x-tenant'], 'a');
    assert.equal(got.headers['webhook-id'], event.id);
    // By node:crypto and the words of the specification, not by the library that signed.
    assert.deepEqual(parseSigned(got, secret), { type: 'test', timestamp: event.timestamp, data: {} });
    assert.throws(() => parseSigned({ ...got, body: `${got.body} ` }, secret));
    await callback.close();
  });

  it('says why it was not taken, and nothing of what the other side said', async () => {
    const callback = await opened(secret, { timeoutSeconds: 0.3 });
    answer = (respond) => respond(503);
    assert.equal(await callback.tell(event, signal), 'it answered HTTP 503');
    // A redirect is not followed: the signature is for this address.
    answer = (respond) => respond(302);
    assert.equal(await callback.tell(event, signal), 'it answered HTTP 302');
    answer = () => {};
    assert.match(
      String(await callback.tell(event, signal)),
      /^it took longer than 0.3 s \(callbacks.ehr.timeoutSeconds\)$/,
    );
    answer = (respond) => respond(204);
    await callback.close();
  });

  it('has no secret that is too short to be one', async () => {
    for (const text of ['whsec_c2hvcnQ=', 'no prefix', '']) {
      const callback = await opened(text);
      await assert.rejects(callback.tell(event, signal), { code: 'config-invalid' });
      await callback.close();
    }
  });
});
