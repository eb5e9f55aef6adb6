import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { interleave } from '../../bench/interleave.ts';

describe('rounds of measurements', () => {
  it('take the cases in turns, and ratios within a round', async () => {
    const order: string[] = [];
    const oneOf = (name: string, ms: number) => async () => {
      order.push(name);
      return { ms: ms * order.length };
    };
    const rounds = await interleave(2, { a: oneOf('a', 1), b: oneOf('b', 10) });
    assert.deepEqual(order, ['a', 'b', 'a', 'b']);
    assert.deepEqual(rounds.values('b', 'ms'), [20, 40]);
    assert.deepEqual(
      rounds.each(({ a, b }) => (b['ms'] ?? 0) / (a['ms'] ?? 0)),
      [20, 40 / 3],
    );
  });

  it('refuse a quantity that nobody measured', async () => {
    const rounds = await interleave(1, { a: async () => ({ ms: 1 }) });
    assert.throws(() => rounds.values('a', 'seconds'), /did not say its seconds/);
  });
});
