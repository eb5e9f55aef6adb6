import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countTruth } from '../../../src/sandbox/phantom/truth.ts';

test('truth is counted voxel by voxel, per lobe, per side and in all', () => {
  // Voxels of 2 x 5 x 10 mm: 0.1 mL each. By hand.
  const lobes = Uint8Array.of(0, 1, 1, 1, 1, 3, 3, 4, 5, 5);
  const opacities = Uint8Array.of(0, 1, 0, 0, 0, 1, 1, 0, 1, 0);
  const truth = countTruth(lobes, opacities, [2, 5, 10]);
  assert.deepEqual(truth, {
    lungMl: 0.9,
    opacityMl: 0.4,
    percent: 44.444,
    right: { lungMl: 0.6, opacityMl: 0.3, percent: 50 },
    left: { lungMl: 0.3, opacityMl: 0.1, percent: 33.333 },
    lobes: [
      { lobe: 'RUL', lungMl: 0.4, opacityMl: 0.1, percent: 25 },
      { lobe: 'RML', lungMl: 0, opacityMl: 0, percent: 0 },
      { lobe: 'RLL', lungMl: 0.2, opacityMl: 0.2, percent: 100 },
      { lobe: 'LUL', lungMl: 0.1, opacityMl: 0, percent: 0 },
      { lobe: 'LLL', lungMl: 0.2, opacityMl: 0.1, percent: 50 },
    ],
  });
});
