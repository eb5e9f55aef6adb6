import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { exportJWK, type FlattenedJWSInput, generateKeyPair } from 'jose';
import { issuerKeys } from '../../../src/http/auth/issuer-keys.ts';

const token = {} as FlattenedJWSInput;
const { publicKey } = await generateKeyPair('ES256');
const jwk = await exportJWK(publicKey);

/** The keys over an issuer that has one key of this name, and a clock that stands still. */
function keysOf() {
  const issuer = {
    kid: 'a',
    down: false,
    asked: 0,
    told: [] as string[],
    ms: 0,
    broken: false,
    hangs: false,
  };
  const keys = issuerKeys({
    maxAgeSeconds: 600,
    refetchSeconds: 30,
    now: () => issuer.ms,
    onChange: (failure) => void issuer.told.push(failure === undefined ? 'back' : 'gone'),
    async read() {
      issuer.asked += 1;
      if (issuer.hangs) await new Promise(() => {});
      if (issuer.down) throw new Error('down');
      if (issuer.broken) return { keys: 'none' };
      return { keys: [{ ...jwk, kid: issuer.kid }] };
    },
  });
  const find = async (kid: string) => keys({ alg: 'ES256', kid }, token);
  const isRefused = (kid: string, code: string) => assert.rejects(find(kid), { code });
  return { issuer, find, isRefused };
}

const noSuchKey = 'ERR_JWKS_NO_MATCHING_KEY';
const unavailable = 'issuer-unavailable';

describe('issuerKeys', { timeout: 60_000 }, () => {
  it('reads again after maxAgeSeconds, so that a key that was withdrawn is worth nothing', async () => {
    const { issuer, find, isRefused } = keysOf();
    await find('a');
    issuer.kid = 'b';
    issuer.ms = 599_999;
    await find('a');
    assert.equal(issuer.asked, 1);
    issuer.ms = 600_000;
    await find('a');
    await turn();
    await isRefused('a', noSuchKey);
    assert.equal(issuer.asked, 2);
  });

  it('looks for a new key at once, and then not again for refetchSeconds', async () => {
    const { issuer, find, isRefused } = keysOf();
    await find('a');
    issuer.ms = 30_000;
    await isRefused('b', noSuchKey);
    assert.equal(issuer.asked, 2);
    issuer.kid = 'b';
    issuer.ms = 59_999;
    await isRefused('b', noSuchKey);
    assert.equal(issuer.asked, 2);
    issuer.ms = 60_000;
    await find('b');
    assert.equal(issuer.asked, 3);
  });

  it('asks once for all who wait', async () => {
    const { issuer, find } = keysOf();
    await Promise.all([find('a'), find('a'), find('a')]);
    assert.equal(issuer.asked, 1);
  });

  it('leaves an issuer that is down alone for five seconds, and says when to come again', async () => {
    const { issuer, find, isRefused } = keysOf();
    issuer.down = true;
    await isRefused('a', unavailable);
    issuer.down = false;
    issuer.ms = 2_000;
    await assert.rejects(find('a'), { code: unavailable, details: { retryAfterSeconds: 3 } });
    assert.equal(issuer.asked, 1);
    issuer.ms = 5_000;
    await find('a');
    assert.deepEqual(issuer.told, ['gone', 'back']);
  });

  it('keeps the last good set in an outage, for a day', async () => {
    const { issuer, find, isRefused } = keysOf();
    await find('a');
    issuer.down = true;
    issuer.ms = 86_399_999;
    await find('a');
    await isRefused('b', unavailable);
    issuer.ms = 86_400_000;
    await isRefused('a', unavailable);
    assert.deepEqual(issuer.told, ['gone']);
  });

  it('lets nobody wait for an issuer that hangs, as long as the key is held', async () => {
    const { issuer, find } = keysOf();
    await find('a');
    issuer.hangs = true;
    for (const ms of [600_000, 1_200_000, 86_399_999]) {
      issuer.ms = ms;
      await find('a');
    }
    assert.equal(issuer.asked, 2, 'and asks it once only while it does not answer');
    const states = ['waits'];
    void find('b').finally(() => states.push('answered'));
    await turn();
    assert.deepEqual(states, ['waits'], 'an unknown one may be a new one');
  });

  it('keeps the last good set when the issuer answers something else', async () => {
    const { issuer, find } = keysOf();
    await find('a');
    issuer.ms = 600_000;
    issuer.broken = true;
    await find('a');
    await turn();
    await find('a');
    assert.deepEqual(issuer.told, ['gone']);
    assert.equal(issuer.asked, 2);
  });
});
