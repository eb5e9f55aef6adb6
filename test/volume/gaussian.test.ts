import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
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

  it('is bit for bit what one voxel at a time gives, however deep the bell', () => {
    const random = seededRandom(3);
    for (const shape of [
      [1, 1, 1],
      [2, 3, 7],
      [9, 8, 20],
      [13, 5, 6],
    ] as const) {
      const source = Int16Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
        Math.floor(random() * 3000 - 1024),
      );
      for (const sigma of [0.1, 0.6, 1, 1.5, 2.6]) {
        const bits = (values: Float32Array) => new Int32Array(values.buffer);
        const smooth = smoothGaussian(source, shape, [1, 1.4, 1.2], sigma);
        assert.deepEqual(bits(smooth), bits(plainGaussian(source, shape, [1, 1.4, 1.2], sigma)));
      }
    }
  });
});

/** Along x in 64 bits, rounded once; along y and z rounded to 32 bits after every weight. */
function plainGaussian(
  source: Int16Array,
  shape: Shape3,
  spacingMm: SpacingMm,
  sigmaMm: number,
): Float32Array {
  const along = (values: ArrayLike<number>, axis: 0 | 1 | 2, round: (sum: number) => number) => {
    const sigma = sigmaMm / spacingMm[axis];
    const half = Array.from({ length: Math.floor(3 * sigma + 0.5) + 1 }, (_, k) =>
      Math.exp(-(k * k) / (2 * sigma * sigma)),
    );
    const total = half.reduce((sum, weight, k) => sum + (k === 0 ? 1 : 2) * weight, 0);
    const stride = [shape[1] * shape[2], shape[2], 1][axis] as number;
    return Float32Array.from({ length: values.length }, (_, i) => {
      const at = Math.floor(i / stride) % shape[axis];
      const value = (to: number) =>
        values[i + (Math.min(shape[axis] - 1, Math.max(0, to)) - at) * stride] as number;
      return half.reduce(
        (sum, weight, k) =>
          round(
            k === 0 ? (weight / total) * value(at) : sum + (weight / total) * (value(at - k) + value(at + k)),
          ),
        0,
      );
    });
  };
  const alongX = along(source, 2, (sum) => sum);
  return along(along(alongX, 1, Math.fround), 0, Math.fround);
}
