import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dilate } from '../../src/volume/morphology.ts';
import type { Shape3, SpacingMm } from '../../src/volume/types.ts';
import { squaredDistanceWithin } from './plain/squared-distance.ts';

const shape: Shape3 = [3, 4, 5];
const spacingMm: SpacingMm = [2.5, 1, 1.5];
const mask = new Uint8Array(60);
mask[0] = 1;
mask[2 * 20 + 3 * 5 + 1] = 1;
mask[20 + 5 + 4] = 1;

// scipy 1.17.1: distance_transform_edt(~mask, sampling=(2.5, 1, 1.5)) squared
// biome-ignore format: one line a slice
const expected = [
  0, 2.25, 9, 9.5, 7.25, 1, 3.25, 10, 8.5, 6.25, 4, 6.25, 13, 9.5, 7.25, 9, 11.25, 18, 12.5, 10.25,
  6.25, 8.5, 10, 3.25, 1, 7.25, 9.5, 9, 2.25, 0, 9.5, 7.25, 9.5, 3.25, 1, 8.5, 6.25, 8.5, 6.25, 4,
  11.25, 9, 11.25, 9.5, 7.25, 6.25, 4, 6.25, 8.5, 6.25, 3.25, 1, 3.25, 9.5, 7.25, 2.25, 0, 2.25, 9, 10.25,
];

test('distances are exact in mm on an uneven grid, as scipy.ndimage.distance_transform_edt gives them', () => {
  assert.deepEqual([...squaredDistanceWithin(mask, shape, spacingMm, 10)], expected);
});

test('beyond the limit a distance is infinite, up to it exact', () => {
  const limited = squaredDistanceWithin(mask, shape, spacingMm, 3);
  assert.deepEqual(
    [...limited],
    expected.map((d) => (d <= 9 ? d : Infinity)),
  );
});

test('without any voxel in the mask every distance is infinite', () => {
  assert.ok(squaredDistanceWithin(new Uint8Array(60), shape, spacingMm, 5).every((d) => d === Infinity));
});

test('a mask grows by what scipy says is no farther than the radius, its surface included', () => {
  for (const radiusMm of [0, 1, 1.5, 2, 2.5, 3, 3.5, 10]) {
    const grown = expected.map((d) => (d <= radiusMm * radiusMm ? 1 : 0));
    assert.deepEqual([...dilate(mask, shape, spacingMm, radiusMm)], grown, `${radiusMm} mm`);
  }
});
