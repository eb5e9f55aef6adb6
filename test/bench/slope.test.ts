import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { slopeOf } from '../../bench/load/slope.ts';

describe('the slope of a straight line through points', () => {
  it('is the one of least squares', () => {
    const points = [
      [0, 1],
      [1, 3],
      [2, 2],
      [4, 7],
    ] as const;
    // By hand, about the means 1.75 and 3.25: 12.25 / 8.75.
    assert.ok(Math.abs(slopeOf(points) - 1.4) < 1e-12);
  });
});
