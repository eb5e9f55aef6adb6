import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelySlices } from '../../../src/pipeline/lungs/likely-slices.ts';
import { volumeOf } from '../../support/small-volume.ts';

test('slices with at least 10 cm2 of what is likelier lung than not are told, those with the most first', () => {
  // Pixels of 2 x 2 mm: 250 of them are 10 cm2. Every slice of the grid is made of two of the volume, which has five.
  const shape = [3, 20, 20] as const;
  const grid = {
    hu: new Int16Array(1200),
    shape,
    spacingMm: [2, 2, 2] as const,
    factors: [2, 1, 1] as const,
  };
  const lung = new Uint8Array(1200);
  lung.fill(128, 0, 250);
  lung.fill(128, 400, 649);
  lung.fill(127, 649, 800);
  lung.fill(255, 800, 1100);
  const volume = volumeOf([5, 20, 20], [1, 2, 2], () => -800);
  assert.deepEqual(likelySlices(volume, grid, { lung, lobe: new Uint8Array(1200) }), [4, 0, 1]);
});
