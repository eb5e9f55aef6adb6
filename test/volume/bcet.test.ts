import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bcetStretch } from '../../src/volume/bcet.ts';
import { planeStatistics } from './plain/plain-grey.ts';
import { bcet } from './support/bcet.ts';

/** PIPELINE.md 5. */
const targets = { low: 0, high: 1, mean: 110 / 255 };

const stretchOf = (values: readonly number[], to = targets) =>
  bcetStretch(planeStatistics(new Float32Array(values)), to);
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

function assertClose(found: Float32Array, expected: readonly number[], tolerance = 1e-6): void {
  assert.equal(found.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs((found[i] as number) - (expected[i] as number));
    assert.ok(difference <= tolerance, `at ${i}: ${found[i]} instead of ${expected[i]}`);
  }
}

// Calculated with numpy without Liu's closed form: np.linalg.solve for the p, q, r of p x^2 + q x + r that carry
// minimum, maximum and mean onto the targets, then np.clip. The vertex is -q / 2p.
const slices = [
  {
    of: 'opens downwards',
    values: [0.1, 0.2, 0.3, 0.5, 0.9],
    vertex: 1.276087054,
    folded: false,
    expected: [0, 0.1813725, 0.3466387, 0.6288515, 1],
  },
  {
    of: 'opens upwards',
    values: [0, 0, 0.25, 0.5, 0.75, 1, 1],
    vertex: -0.150510204,
    folded: false,
    expected: [0, 0, 0.1058824, 0.3078431, 0.6058824, 1, 1],
  },
  {
    of: 'starts at a minimum that is not 0',
    values: [0.2, 0.3, 0.4, 0.4, 0.6],
    vertex: -1.076316306,
    folded: false,
    expected: [0, 0.2245989, 0.4661319, 0.4661319, 1],
  },
  {
    of: 'folds near its maximum and is clipped to 1',
    values: [0, 0.05, 0.1, 0.1, 0.7, 1],
    vertex: 0.842741937,
    folded: true,
    expected: [0, 0.1192941, 0.2312941, 0.2312941, 1, 1],
  },
  {
    of: 'folds near its minimum',
    values: [0, 0.8, 0.85, 0.9, 1],
    vertex: 0.364514429,
    folded: true,
    expected: [0, 0.2095313, 0.3794703, 0.5678612, 1],
  },
] as const;

describe('BCET', () => {
  for (const { of, values, vertex, folded, expected } of slices) {
    it(`gives numpy's numbers for a parabola that ${of}`, () => {
      assertClose(bcet(new Float32Array(values), targets), expected);
      const stretch = stretchOf(values);
      assert.ok(stretch.kind === 'parabola');
      assert.equal(stretch.folded, folded);
      assert.ok(Math.abs(stretch.b - vertex) < 1e-6);
    });
  }

  it('takes other targets: 10, 250 and 100 for six numbers', () => {
    // numpy as above
    const found = bcet(new Float32Array([-100, 0, 20, 50, 80, 200]), { low: 10, high: 250, mean: 100 });
    assertClose(found, [10, 57.327888, 70.714119, 93.243874, 118.714119, 250], 1e-4);
  });

  it('carries minimum, maximum and mean exactly onto their targets wherever it does not fold', () => {
    let seen = 0;
    for (let seed = 1; seed <= 60; seed++) {
      const values = Float32Array.from(
        { length: 500 },
        (_, i) => (((i * 7919 * seed) % 1009) / 1009) ** (0.4 + seed / 20),
      );
      const stretch = bcetStretch(planeStatistics(values), targets);
      if (stretch.kind !== 'parabola' || stretch.folded) continue;
      seen++;
      const found = bcet(values, targets);
      assert.ok(Math.abs(Math.min(...found)) < 1e-6);
      assert.ok(Math.abs(Math.max(...found) - 1) < 1e-6);
      assert.ok(Math.abs(mean(found) - targets.mean) < 1e-6);
    }
    assert.ok(seen >= 20, `only ${seen} planes did not fold`);
  });

  it('clips to the targets where it folds', () => {
    // numpy: unclipped, 0.7 would become 1.0064.
    const found = bcet(new Float32Array([0, 0.05, 0.1, 0.1, 0.7, 1]), targets);
    assert.ok(found.every((value) => value >= 0 && value <= 1));
    assert.equal(found[4], 1);
  });

  it('makes a constant slice low', () => {
    assert.deepEqual(bcet(new Float32Array(4).fill(0.3), targets), new Float32Array(4));
    assert.deepEqual(stretchOf([0.3, 0.3]), { kind: 'line' });
  });

  it('is the straight line where that puts the mean on its target already: no parabola, b has no value', () => {
    const half = { low: 0, high: 1, mean: 0.5 };
    assert.deepEqual(stretchOf([2, 3, 4, 5, 6], half), { kind: 'line' });
    assertClose(bcet(new Float32Array([2, 3, 4, 5, 6]), half), [0, 0.25, 0.5, 0.75, 1]);
  });

  it('goes over into that line without a jump', () => {
    const nearly = { low: 0, high: 1, mean: 0.5 + 1e-9 };
    assertClose(bcet(new Float32Array([2, 3, 4, 5, 6]), nearly), [0, 0.25, 0.5, 0.75, 1]);
  });

  it('is the straight line for two values only: the vertex lies in their middle, a has no value', () => {
    // By hand: with values 0 and 1 the mean square is the mean, so b = (E - e) / 2(E - e) = 1/2.
    assert.deepEqual(stretchOf([0, 0, 0, 0, 1]), { kind: 'line' });
    assertClose(bcet(new Float32Array([3, 3, 3, 3, 7]), targets), [0, 0, 0, 0, 1]);
  });
});
