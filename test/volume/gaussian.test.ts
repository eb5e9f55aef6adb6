import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { smoothGaussian } from '../../src/volume/gaussian.ts';
import type { Shape3, SpacingMm } from '../../src/volume/types.ts';

describe('smoothing by a Gaussian bell', () => {
  const shape: Shape3 = [3, 4, 5];
  const spacing: SpacingMm = [2, 1, 0.8];

  it('gives what scipy 1.10 gives', () => {
    const source = new Int16Array(60);
    source[(1 * 4 + 2) * 5 + 3] = 1000;
    source[0] = -500;
    source[59] = 700;
    const smooth = smoothGaussian(source, shape, spacing, 1);
    // scipy.ndimage.gaussian_filter(a, sigma=[1/2, 1/1, 1/0.8], truncate=3, mode='nearest')
    const expected: readonly (readonly [index: number, value: number])[] = [
      [0, -205.9847],
      [4, 0.7371],
      [21, -8.928],
      [32, 74.8577],
      [33, 107.7769],
      [38, 78.5556],
      [40, 0.0474],
      [58, 157.1148],
      [59, 294.4953],
    ];
    for (const [index, value] of expected) {
      assert.ok(
        Math.abs((smooth[index] as number) - value) < 1e-3,
        `${index}: ${smooth[index]}, not ${value}`,
      );
    }
  });

  it('leaves a constant alone, at the border too', () => {
    const smooth = smoothGaussian(new Int16Array(60).fill(-850), shape, spacing, 3);
    assert.ok(smooth.every((value) => Math.abs(value + 850) < 1e-3));
  });
});
