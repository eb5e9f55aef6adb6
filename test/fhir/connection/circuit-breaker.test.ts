import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { type Answer, json, searchset } from '../ehr-fixture.ts';
import {
  errorOf,
  failureOf,
  hangUp,
  inTurn,
  oneReport,
  openPeer,
  openTestConnection,
  raw,
  signal,
  stall,
  type TestConnection,
} from './connection-fixture.ts';

const fine = json(200, searchset([]));
const down = json(503, {});
/** Writes are not repeated: one attempt each. */
const ask = (connection: TestConnection) => failureOf(connection.transact(oneReport, { signal }));
const suspended = (connection: TestConnection) => errorOf(connection.transact(oneReport, { signal }));
const breaker = { failures: 3, openSeconds: 30 };

describe('The circuit breaker', () => {
  beforeEach(() => mock.timers.enable({ apis: ['Date'], now: Date.UTC(2026, 10, 23) }));
  afterEach(() => mock.timers.reset());

  const trouble: readonly [string, Answer][] = [
    ['500', json(500, {})],
    ['502', raw(502, '<html>')],
    ['503', down],
    ['broken connections', hangUp],
    ['silence', stall],
  ];
  for (const [what, answer] of trouble) {
    it(`opens after as many failures in a row as configured: ${what}`, async () => {
      await using peer = await openPeer(answer);
      await using connection = openTestConnection(peer.url, { breaker });
      for (let failed = 0; failed < 3; failed += 1) await ask(connection);
      const error = await suspended(connection);
      assert.equal(error.code, 'ehr-suspended');
      assert.equal(error.status, 503);
      assert.match(
        error.message,
        /failed 3 times in a row and is left alone for up to 30 s. No report was publ/,
      );
      assert.equal(peer.requests.length, 3);
    });
  }

  it('opens within the attempts of one search', async () => {
    await using peer = await openPeer(down);
    await using connection = openTestConnection(peer.url, { breaker: { ...breaker, failures: 2 } });
    const { code } = await errorOf(connection.search('Basic', {}, { signal }));
    assert.equal(code, 'ehr-suspended');
    assert.equal(peer.requests.length, 2);
  });

  const alive: readonly [string, Answer][] = [
    ['a refusal', json(422, {})],
    ['a refusal of our credentials', json(401, {})],
    ['being asked to slow down', json(429, {})],
    ['something that is not FHIR', raw(200, '<html>')],
  ];
  for (const [what, answer] of alive) {
    it(`takes ${what} for a sign of life: the count begins anew`, async () => {
      await using peer = await openPeer(inTurn(down, down, answer, down, down, answer));
      await using connection = openTestConnection(peer.url, { breaker });
      for (let asked = 0; asked < 8; asked += 1) await ask(connection);
      assert.equal(peer.requests.length, 8);
    });
  }

  it('neither counts nor begins anew for a caller who gives up', async () => {
    const controller = new AbortController();
    await using peer = await openPeer(inTurn(down, down, () => controller.abort(), down));
    await using connection = openTestConnection(peer.url, { breaker });
    await ask(connection);
    await ask(connection);
    await failureOf(connection.transact(oneReport, { signal: controller.signal }));
    // Two failures still: the next is the third.
    assert.equal((await ask(connection)).error.code, 'ehr-outcome-unknown');
    assert.equal((await suspended(connection)).code, 'ehr-suspended');
  });

  it('tells the seconds that remain', async () => {
    await using peer = await openPeer(down);
    await using connection = openTestConnection(peer.url, { breaker });
    for (let failed = 0; failed < 3; failed += 1) await ask(connection);
    assert.deepEqual((await suspended(connection)).details, { retryAfterSeconds: 30 });
    mock.timers.tick(12_400);
    // By hand: 30 - 12.4 = 17.6, rounded up.
    assert.deepEqual((await suspended(connection)).details, { retryAfterSeconds: 18 });
    mock.timers.tick(17_599);
    assert.deepEqual((await suspended(connection)).details, { retryAfterSeconds: 1 });
  });

  it('lets one request try when the time is over, and refuses the others until it is answered', async () => {
    const arrived = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    await using peer = await openPeer(
      inTurn(down, down, down, (...exchange) => {
        arrived.resolve();
        void release.promise.then(() => fine(...exchange));
      }),
    );
    await using connection = openTestConnection(peer.url, {
      breaker,
      timeouts: { connect: 1, firstByte: 10, idle: 10, total: 20 },
    });
    for (let failed = 0; failed < 3; failed += 1) await ask(connection);
    mock.timers.tick(30_000);
    const tried = connection.search('Basic', {}, { signal });
    await arrived.promise;
    for (let other = 0; other < 5; other += 1) {
      const { code, details } = await suspended(connection);
      assert.deepEqual([code, details], ['ehr-suspended', { retryAfterSeconds: 1 }]);
    }
    assert.equal(peer.requests.length, 4);
    release.resolve();
    await tried;
    // Closed again: whoever comes is let through, and it takes three failures to open it.
    await Promise.all([1, 2, 3, 4].map(() => connection.search('Basic', {}, { signal })));
    assert.equal(peer.requests.length, 8);
  });

  it('is left open for as long again when the one that tried fails', async () => {
    await using peer = await openPeer(down);
    await using connection = openTestConnection(peer.url, { breaker });
    for (let failed = 0; failed < 3; failed += 1) await ask(connection);
    mock.timers.tick(30_000);
    assert.equal((await ask(connection)).error.code, 'ehr-outcome-unknown');
    assert.deepEqual((await suspended(connection)).details, { retryAfterSeconds: 30 });
    assert.equal(peer.requests.length, 4);
  });

  it('is not closed by one that tried and was cancelled: the next one tries in its place', async () => {
    const controller = new AbortController();
    await using peer = await openPeer(inTurn(down, down, down, () => controller.abort(), down, fine));
    await using connection = openTestConnection(peer.url, { breaker });
    for (let failed = 0; failed < 3; failed += 1) await ask(connection);
    mock.timers.tick(30_000);
    await failureOf(connection.transact(oneReport, { signal: controller.signal }));
    // One failure, not three, opens it again: it was never closed.
    assert.equal((await ask(connection)).error.code, 'ehr-outcome-unknown');
    assert.equal((await suspended(connection)).code, 'ehr-suspended');
    mock.timers.tick(30_000);
    assert.equal((await connection.search('Basic', {}, { signal })).type, 'searchset');
  });

  it('holds for the requests that come at once: those on their way end by themselves', async () => {
    await using peer = await openPeer(down);
    await using connection = openTestConnection(peer.url, { breaker });
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => (await ask(connection)).error.code),
    );
    assert.deepEqual(new Set(codes), new Set(['ehr-outcome-unknown']));
    assert.equal((await suspended(connection)).code, 'ehr-suspended');
    assert.equal(peer.requests.length, 10);
  });

  it('is one for each server', async () => {
    await using broken = await openPeer(down);
    await using whole = await openPeer(fine);
    await using first = openTestConnection(broken.url, { breaker });
    await using second = openTestConnection(whole.url, { breaker });
    for (let failed = 0; failed < 3; failed += 1) await ask(first);
    assert.equal((await suspended(first)).code, 'ehr-suspended');
    assert.equal((await second.search('Basic', {}, { signal })).type, 'searchset');
  });
});
