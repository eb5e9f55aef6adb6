import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { naiveBand } from '../../src/evaluation/naive-band.ts';
import vectors from '../statistics/vectors.json' with { type: 'json' };

const { hu, medians } = vectors.medians;
const shape = vectors.medians.shape as [number, number, number];

describe('the naive HU band', () => {
  it('is where the median of SciPy lies from -700 to 100 HU', () => {
    const lungs = { data: new Uint8Array(hu.length).fill(1), shape };
    const found = naiveBand({ data: Int16Array.from(hu), shape }, lungs);
    assert.deepEqual(
      [...found],
      medians.map((median) => Number(median >= -700 && median <= 100)),
    );
  });

  it('holds its own ends, and nothing beyond them', () => {
    for (const [value, expected] of [
      [-701, 0],
      [-700, 1],
      [100, 1],
      [101, 0],
    ] as const) {
      const flat = { data: new Int16Array(49).fill(value), shape: [1, 7, 7] as const };
      const found = naiveBand(flat, { data: new Uint8Array(49).fill(2), shape: [1, 7, 7] });
      assert.deepEqual([...new Set(found)], [expected]);
    }
  });

  it('lies inside the lungs only', () => {
    const lungs = new Uint8Array(hu.length);
    lungs[7] = 3;
    lungs[60] = 1;
    const found = naiveBand({ data: new Int16Array(hu.length), shape }, { data: lungs, shape });
    assert.deepEqual(
      [...found],
      [...lungs].map((label) => Number(label !== 0)),
    );
  });
});
