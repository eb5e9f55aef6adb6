import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { takingTurns } from '../src/event-loop-turns.ts';

describe('long work that takes turns', () => {
  it('lets others run several times while it lasts, not only at its end', async () => {
    let turns = 0;
    let done = false;
    const others = () => {
      turns += 1;
      if (!done) setImmediate(others);
    };
    setImmediate(others);
    const turn = takingTurns();
    for (let step = 0; step < 60; step += 1) {
      const end = performance.now() + 1;
      while (performance.now() < end);
      await turn();
    }
    done = true;
    // 60 ms in slices of 5 ms; half of them, in case the machine is slow.
    assert.ok(turns >= 6, `${turns} turns`);
  });

  it('costs no turn while it is short', async () => {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    const turn = takingTurns();
    await turn();
    await turn();
    assert.equal(turned, false);
  });
});
