import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { areWithin } from '../../src/volume/range-check.ts';

/** The float32 next to a value. */
function next(value: number, steps: number): number {
  const words = new Int32Array(Float32Array.of(value).buffer);
  words[0] = (words[0] as number) + steps;
  return new Float32Array(words.buffer)[0] as number;
}

describe('a check of a range', () => {
  // Whether a bound's own float32 lies within differs: that of -0.001 is above it, that of 1.001 below.
  for (const [low, high] of [
    [-1e-3, 1 + 1e-3],
    [0, 1],
    [0.1, 0.3],
  ] as const) {
    const near = [low, high].flatMap((bound) => [-2, -1, 0, 1, 2].map((steps) => next(bound, steps)));
    const values = [
      ...near,
      (low + high) / 2,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ];

    it(`tells values in [${low}, ${high}] from others, wherever they stand`, () => {
      for (const length of [1, 3, 4, 9, 100, 8192, 8195, 20_000]) {
        for (const value of values.map(Math.fround)) {
          for (const at of [0, length >> 1, length - 1]) {
            const plane = new Float32Array(length).fill((low + high) / 2);
            plane[at] = value;
            assert.equal(
              areWithin(plane, low, high),
              value >= low && value <= high,
              `${value} at ${at} of ${length}`,
            );
          }
        }
      }
    });
  }
});
