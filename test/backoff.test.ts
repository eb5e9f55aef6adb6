import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jitteredMs, retryAfterMs, wait } from '../src/backoff.ts';
import { LobarError } from '../src/errors.ts';

describe('Backing off', () => {
  it('waits up to twice as long each time, never the same', () => {
    for (const [attempt, most] of [
      [1, 100],
      [2, 200],
      [3, 400],
    ] as const) {
      const waits = Array.from({ length: 200 }, () => jitteredMs(attempt, 100));
      assert.ok(waits.every((ms) => ms >= 0 && ms < most));
      assert.ok(new Set(waits).size > 100);
    }
  });

  it('reads Retry-After as seconds or as a date in any form of RFC 9110 5.6.7', () => {
    assert.equal(retryAfterMs('7'), 7000);
    assert.equal(retryAfterMs('0'), 0);
    assert.equal(retryAfterMs('Sun, 06 Nov 1994 08:49:37 GMT'), 0);
    const date = new Date(Date.now() + 60_000).toUTCString();
    const ms = retryAfterMs(date) ?? 0;
    assert.ok(ms > 58_000 && ms <= 60_000, `${ms}`);
    for (const none of [undefined, null, '', 'soon']) assert.equal(retryAfterMs(none), undefined);
  });

  it('holds no wait that a timer cannot: it would fire at once', () => {
    assert.equal(retryAfterMs('9'.repeat(400)), 2 ** 31 - 1);
  });

  it('ends with what its signal was aborted with', async () => {
    const reason = new LobarError('shutting-down', {});
    await assert.rejects(wait(1e6, AbortSignal.abort(reason)), reason);
    await assert.rejects(wait(1e6, AbortSignal.timeout(10)), { code: 'cancelled' });
  });
});
