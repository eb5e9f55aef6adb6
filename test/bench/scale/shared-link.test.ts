import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exponential } from '../../../bench/scale/distributions.ts';
import { SharedLink } from '../../../bench/scale/shared-link.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import { isWithin } from './scale-fixture.ts';

describe('a line that transfers share', () => {
  it('gives each the same part of it', () => {
    const link = new SharedLink<string>({ bytesPerSecond: 10, perTransfer: 10 });
    link.start(0, 'a', 100);
    link.start(5, 'b', 100);
    // a has 50 at 5 and gets 5 a second from then on: done at 15, where b has 50; then b has all: done at 20.
    assert.equal(link.nextAt, 15);
    assert.equal(link.finish(15), 'a');
    assert.equal(link.nextAt, 20);
    assert.equal(link.finish(20), 'b');
    assert.equal(link.transferred, 200);
  });

  it('gives none more than it can take', () => {
    const link = new SharedLink<string>({ bytesPerSecond: 10, perTransfer: 4 });
    link.start(0, 'a', 100);
    link.start(0, 'b', 100);
    assert.equal(link.nextAt, 25);
  });

  it('forgets one that is stopped', () => {
    const link = new SharedLink<string>({ bytesPerSecond: 10, perTransfer: 10 });
    link.start(0, 'a', 100);
    link.start(0, 'b', 200);
    link.stop(10, 'a');
    // b has 50 at 10 and needs 150 more, alone.
    assert.equal(link.nextAt, 25);
    assert.equal(link.finish(25), 'b');
    assert.equal(link.nextAt, Number.POSITIVE_INFINITY);
  });

  for (const [name, size] of [
    ['the same', () => 10],
    ['exponential', (random: () => number) => exponential(random, 10)],
  ] as const) {
    it(`takes 1 / (1 - load) as long as alone, with sizes that are ${name} (M/G/1 processor sharing)`, () => {
      const random = seededRandom(7);
      const link = new SharedLink<number>({ bytesPerSecond: 10, perTransfer: 10 });
      let stay = 0;
      let now = 0;
      const count = 200_000;
      for (let sent = 0; sent < count; sent += 1) {
        now += exponential(random, 1 / 0.6);
        while (link.nextAt <= now) {
          const at = link.nextAt;
          stay += at - (link.finish(at) ?? 0);
        }
        link.start(now, now, size(random));
      }
      // Alone one takes 1 s; the load is 0.6.
      assert.ok(isWithin(stay / count, 2.5, 0.03), `${stay / count}`);
    });
  }
});
