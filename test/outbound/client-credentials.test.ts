import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it, type TestContext } from 'node:test';
import { openClientCredentials } from '../../src/outbound/client-credentials.ts';
import { unrestricted } from '../../src/outbound/open-agent.ts';
import { serveTokens } from './support/servers.ts';
import { scratch } from './support/transport-at.ts';

async function sourceOf(
  t: TestContext,
  expiresIn?: number,
  timeouts = { connect: 5, firstByte: 5, idle: 5 },
  answer?: RequestListener,
) {
  const { write } = await scratch(t);
  const tokens = await serveTokens(t, {
    ...(expiresIn === undefined ? {} : { expiresIn }),
    answer: () => answer,
  });
  const clock = { now: 0 };
  const source = openClientCredentials({
    endpoint: 'pacs.a',
    oauth2: {
      tokenUrl: tokens.tokenUrl,
      clientId: 'lobar',
      clientSecretFile: await write('secret', 'secret'),
      clientAuthentication: 'basic',
      tls: { insecure: false },
    },
    timeouts,
    outbound: unrestricted,
    now: () => clock.now,
  });
  t.after(() => source.close());
  return { source, clock, asked: tokens.asked, write };
}

describe('A token by client credentials', () => {
  it('is renewed 30 s before it ends', async (t) => {
    const { source, clock } = await sourceOf(t, 3600);
    assert.equal(await source.token(), 'token-1');
    clock.now = 3_569_999;
    assert.equal(await source.token(), 'token-1');
    clock.now = 3_570_000;
    assert.equal(await source.token(), 'token-2');
  });

  it('that lives shortly is used for nine tenths of its life', async (t) => {
    const { source, clock } = await sourceOf(t, 10);
    assert.equal(await source.token(), 'token-1');
    clock.now = 8_999;
    assert.equal(await source.token(), 'token-1');
    clock.now = 9_000;
    assert.equal(await source.token(), 'token-2');
  });

  it('without an end is used until it is discarded', async (t) => {
    const { source, clock } = await sourceOf(t);
    assert.equal(await source.token(), 'token-1');
    clock.now = 1e12;
    assert.equal(await source.token(), 'token-1');
    source.discard('another');
    assert.equal(await source.token(), 'token-1');
    source.discard('token-1');
    assert.equal(await source.token(), 'token-2');
  });

  it('that does not come in time names the limit that ended the wait', async (t) => {
    const timeouts = { connect: 5, firstByte: 0.1, idle: 5 };
    const { source } = await sourceOf(t, undefined, timeouts, () => undefined);
    await assert.rejects(source.token(), {
      kind: 'unavailable',
      problem: /longer than 0\.1 s \(waiting for the answer\), the limit pacs\.a\.timeouts\.firstByte$/,
    });
  });

  it('is asked for with the secret that the file holds at that moment', async (t) => {
    const { source, asked, write } = await sourceOf(t);
    await source.token();
    source.discard('token-1');
    await write('secret', 'renewed');
    await source.token();
    // printf 'lobar:secret' | base64, printf 'lobar:renewed' | base64
    assert.deepEqual(
      asked.map(({ authorization }) => authorization),
      ['Basic bG9iYXI6c2VjcmV0', 'Basic bG9iYXI6cmVuZXdlZA=='],
    );
  });
});
