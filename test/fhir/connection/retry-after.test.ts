import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { retryWaitMs } from '../../../src/backoff.ts';
import { json, searchset } from '../ehr-fixture.ts';
import {
  errorOf,
  failureOf,
  inTurn,
  oneReport,
  openPeer,
  openTestConnection,
  signal,
} from './connection-fixture.ts';

/** The milliseconds between two searches, the first answered by 503 or 429 with this Retry-After. */
async function pauseAfter(status: number, retryAfter: string): Promise<number> {
  await using peer = await openPeer(
    inTurn(json(status, {}, { 'retry-after': retryAfter }), json(200, searchset([]))),
  );
  await using connection = openTestConnection(peer.url);
  await connection.search('Basic', {}, { signal });
  const [first, second] = peer.requests;
  return (second?.at ?? 0) - (first?.at ?? 0);
}

describe('Retry-After', { concurrency: true }, () => {
  it('is waited for, in seconds', async () => {
    assert.ok((await pauseAfter(429, '1')) >= 1000);
    assert.ok((await pauseAfter(503, '1')) >= 1000);
  });

  it('is waited for, as a date', async () => {
    // A date has whole seconds (RFC 9110 5.6.7): up to one of the two is lost.
    assert.ok((await pauseAfter(503, new Date(Date.now() + 2000).toUTCString())) >= 900);
  });

  for (const none of ['-5', 'soon', '1e9', '0', 'Sun, 06 Nov 1994 08:49:37 GMT', '']) {
    it(`'${none}' asks for no wait`, async () => {
      // Without it the first wait is below 250 ms; far below what any reading of these as a wait would give.
      assert.ok((await pauseAfter(503, none)) < 5000);
    });
  }

  const absurd = ['31', '3600', '99999999999999999999', 'Fri, 31 Dec 9999 23:59:59 GMT'];
  for (const long of absurd) {
    it(`'${long}' is not waited for: the caller hears of it at once`, async () => {
      await using peer = await openPeer(json(503, {}, { 'retry-after': long }));
      await using connection = openTestConnection(peer.url);
      const { code, status, details } = await errorOf(connection.search('Basic', {}, { signal }));
      assert.deepEqual([code, status], ['ehr-busy', 503]);
      assert.ok(Number(details['retryAfterSeconds']) >= 31);
      assert.equal(peer.requests.length, 1);
    });
  }

  it('of an answer to a write is handed on', async () => {
    await using peer = await openPeer(json(429, {}, { 'retry-after': '7' }));
    await using connection = openTestConnection(peer.url);
    const { retryAfterMs } = await failureOf(connection.transact(oneReport, { signal }));
    assert.equal(retryAfterMs, 7000);
  });
});

describe('The jitter', () => {
  it('comes on top of what was asked for, below base times 2 to the number of attempts before', () => {
    // By hand: asked 7000, base 250: [7000, 7250) after the first, [7000, 7500) after the second attempt.
    for (const [attempt, asked, most] of [
      [1, 7000, 7250],
      [2, 7000, 7500],
      [1, 0, 250],
      [2, 0, 500],
    ] as const) {
      const waits = Array.from({ length: 500 }, () => retryWaitMs(attempt, 250, asked));
      assert.ok(waits.every((ms) => ms >= asked && ms < most));
      // 500 draws that all miss one half have a chance of 2 to the power of -500.
      assert.ok(waits.some((ms) => ms < (asked + most) / 2) && waits.some((ms) => ms > (asked + most) / 2));
    }
  });
});
