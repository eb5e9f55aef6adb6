import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
import { bcetStretch } from '../../src/volume/bcet.ts';
import { planResize } from '../../src/volume/resize-plan.ts';
import { openSlicePlane } from '../../src/volume/slice-plane.ts';
import { windowHu } from '../../src/volume/window.ts';
import { plainStretch, planeStatistics } from './plain/plain-grey.ts';
import { plainResize } from './plain/plain-kernels.ts';

const random = seededRandom(23);
const bits = (values: Float32Array) => new Int32Array(values.slice().buffer);
const wholeRange = (length: number) =>
  Int16Array.from({ length }, () => Math.floor(random() * 65_536) - 32_768);
const chest = (length: number) => Int16Array.from({ length }, () => Math.floor(random() * 1600) - 1300);

/** From and to: 1 to 9 taps, whole vectors and rests of 1 to 7, growing, shrinking and neither. */
const sizes = [
  [1, 1],
  [1, 7],
  [2, 5],
  [16, 8],
  [16, 10],
  [17, 5],
  [40, 9],
  [41, 5],
  [6, 13],
  [23, 23],
  [31, 1],
] as const;

const windows = [
  { level: -500, width: 1500 },
  { level: 40, width: 400 },
  { level: -499.7, width: 1333.3 },
] as const;

const targets = [
  { low: 0, high: 1, mean: 110 / 255 },
  { low: -1, high: 3, mean: 0.9 },
  { low: 0, high: 1, mean: 0.5 },
] as const;

describe('a slice on its way to a network, bit for bit as one value at a time', () => {
  it('is resized', () => {
    for (const rows of sizes) {
      for (const columns of sizes) {
        const from = [rows[0], columns[0]] as const;
        const to = [rows[1], columns[1]] as const;
        const slice = openSlicePlane(from, to);
        // Twice, as nothing of the first may be left.
        for (const values of [wholeRange, chest]) {
          slice.hu.set(values(slice.hu.length));
          slice.resize();
          const expected = plainResize(planResize(from, to), slice.hu);
          assert.deepEqual(bits(slice.plane), bits(expected), `${from} to ${to}`);
        }
      }
    }
  });

  it('is windowed', () => {
    for (const length of [1, 2, 3, 64, 1001]) {
      const slice = openSlicePlane([1, length], [1, length]);
      for (const window of windows) {
        const { level, width } = window;
        const edges = [level - width / 2, level + width / 2, Number.NaN, -0, 1e30, -1e30];
        const values = Float32Array.from({ length }, (_, i) => edges[i % 40] ?? random() * 3000 - 1500);
        slice.plane.set(values);
        slice.window(window);
        assert.deepEqual(bits(slice.plane), bits(windowHu(values, window)));
      }
    }
  });

  it('is stretched, by a parabola, one that folds, and a line', () => {
    const ways = new Set<string>();
    for (const length of [1, 2, 3, 4, 5, 6, 7, 64, 1003]) {
      const slice = openSlicePlane([1, length], [1, length]);
      const planes = [
        Float32Array.from({ length }, () => random()),
        Float32Array.from({ length }, () => random() ** 5),
        Float32Array.from({ length }, () => 1 - random() ** 6),
        Float32Array.from({ length }, (_, i) => i % 2),
        new Float32Array(length).fill(0.25),
      ];
      for (const plane of planes) {
        for (const to of targets) {
          slice.plane.set(plane);
          slice.stretch(to);
          const way = bcetStretch(planeStatistics(plane), to);
          ways.add(way.kind === 'line' ? 'line' : way.folded ? 'folded parabola' : 'parabola');
          const expected = plainStretch(plane, to);
          assert.deepEqual(bits(slice.plane), bits(expected), `${length} values, mean ${to.mean}`);
        }
      }
    }
    assert.deepEqual(ways, new Set(['line', 'parabola', 'folded parabola']));
  });
});
