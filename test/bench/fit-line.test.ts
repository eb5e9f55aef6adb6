import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fitLine } from '../../bench/growth/fit-line.ts';

describe('a straight line through points', () => {
  it('is the one of least squares, with how much of the spread it explains', () => {
    const { slope, intercept, r2 } = fitLine([
      [0, 1],
      [1, 3],
      [2, 2],
      [4, 7],
    ]);
    // By hand: 12.25 / 8.75 and 3.25 - 1.4 * 1.75. Expected 0.8, 2.2, 3.6, 6.4: left 0.2, 0.8, -1.6, 0.6, squares 3.6; about the mean 20.75.
    for (const [found, expected] of [
      [slope, 1.4],
      [intercept, 0.8],
      [r2, 1 - 3.6 / 20.75],
    ] as const)
      assert.ok(Math.abs(found - expected) < 1e-12, `${found}, not ${expected}`);
  });
});
