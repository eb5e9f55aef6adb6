import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
import { blockMean } from '../../src/volume/block-mean.ts';
import { markAbove } from '../../src/volume/mark-above.ts';
import { planResize, resizePlaneBy } from '../../src/volume/resize.ts';
import type { Shape3 } from '../../src/volume/types.ts';
import { plainBlockMean, plainResize } from './plain/plain-kernels.ts';

const random = seededRandom(11);
const hu = (length: number) => Int16Array.from({ length }, () => Math.floor(random() * 65_536) - 32_768);
/** With one 0: which of the two a sum of -0 is depends on the number of taps. */
const bits = (values: Float32Array) => new Int32Array(values.map((value) => value + 0).buffer);

/** From and to: 1 to 9 taps, edges that fall on samples and beside them, growing and shrinking. */
const sizes = [
  [1, 1],
  [1, 7],
  [16, 8],
  [16, 10],
  [17, 5],
  [40, 9],
  [41, 5],
  [6, 13],
  [64, 64],
  [31, 1],
] as const;

/** Noise, with and without 0 around it and -0 in it; all 0; one pixel. */
const planes: readonly ((i: number, length: number) => number)[] = [
  () => random(),
  () => random() - 0.5,
  (i, length) => (i > length / 3 && i < length / 2 && i % 5 > 1 ? random() : 0),
  (i) => (i % 3 === 0 ? -0 : i % 7 === 0 ? random() : 0),
  () => 0,
  (i, length) => (i === length >> 1 ? 0.3 : 0),
];

describe('planes and volumes, bit for bit as one sample at a time', () => {
  it('are shrunk to the means of blocks, ties and edges included', () => {
    const shape: Shape3 = [5, 7, 23];
    const values = [
      hu(5 * 7 * 23),
      Int16Array.from({ length: 5 * 7 * 23 }, () => Math.floor(random() * 3) - 1),
    ];
    for (const factors of [
      [1, 1, 2],
      [1, 2, 1],
      [2, 3, 3],
      [2, 2, 2],
      [3, 4, 5],
      [5, 7, 23],
      [1, 1, 3],
      [4, 2, 6],
    ] as const) {
      for (const source of values) {
        const { data } = blockMean(source, shape, factors);
        assert.deepEqual(data, plainBlockMean(source, shape, factors), factors.join(' '));
      }
    }
  });

  it('are resized, whatever their kind', () => {
    for (const rows of sizes) {
      for (const columns of sizes) {
        const plan = planResize([rows[0], columns[0]], [rows[1], columns[1]]);
        const length = rows[0] * columns[0];
        const ints = hu(length);
        assert.deepEqual(bits(resizePlaneBy(plan, ints)), bits(plainResize(plan, ints)));
        const bytes = Uint8Array.from({ length }, () => (random() < 0.7 ? 0 : random() * 256));
        assert.deepEqual(bits(resizePlaneBy(plan, bytes)), bits(plainResize(plan, bytes)));
        for (const value of planes) {
          const floats = Float32Array.from({ length }, (_, i) => value(i, length));
          assert.deepEqual(bits(resizePlaneBy(plan, floats)), bits(plainResize(plan, floats)));
        }
      }
    }
  });

  it('are marked where they rise above thresholds, and a NaN is not above any', () => {
    for (const rows of sizes) {
      const plan = planResize([rows[0], 12], [rows[1], 19]);
      for (const value of [...planes, () => 0.5, (i: number) => (i % 11 === 0 ? NaN : random() * 0.6)]) {
        const plane = Float32Array.from({ length: rows[0] * 12 }, (_, i) => value(i, rows[0] * 12));
        const inside = Uint8Array.from({ length: rows[1] * 19 }, () => (random() < 0.6 ? 0 : 3));
        for (const threshold of [0.5, 0.2, 0, -0.25]) {
          const out = new Uint8Array(inside.length).fill(7);
          markAbove(plan, plane, threshold, inside, out, 0.55);
          const marked = Uint8Array.from(plainSamples(plan, plane), (v, i) =>
            inside[i] === 0 || !(v > threshold) ? 0 : v > 0.55 ? 2 : 1,
          );
          assert.deepEqual(out, marked);
        }
      }
    }
  });
});

/** Columns first, then rows, as marking does, in float64 throughout. */
function plainSamples({ height, width }: ReturnType<typeof planResize>, plane: Float32Array): Float64Array {
  return Float64Array.from({ length: height.to * width.to }, (_, i) => {
    const [y, x] = [Math.floor(i / width.to), i % width.to];
    let sum = 0;
    for (let j = 0; j < height.taps; j++) {
      let across = 0;
      for (let k = 0; k < width.taps; k++) {
        const at = ((height.first[y] as number) + j) * width.from + (width.first[x] as number) + k;
        across += (width.weights[x * width.taps + k] as number) * (plane[at] as number);
      }
      sum += (height.weights[y * height.taps + j] as number) * across;
    }
    return sum;
  });
}
