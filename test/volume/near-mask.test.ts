import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
import { dilate } from '../../src/volume/morphology.ts';
import { nearMask } from '../../src/volume/near-mask.ts';
import type { Shape3, SpacingMm } from '../../src/volume/types.ts';

test('what lies near a mask, asked voxel by voxel, is what a dilation gives', () => {
  const random = seededRandom(7);
  const shapes: Shape3[] = [
    [1, 1, 1],
    [1, 9, 7],
    [6, 5, 11],
    [3, 1, 20],
    [9, 8, 1],
  ];
  const spacings: SpacingMm[] = [
    [1, 1, 1],
    [2, 0.78125 * 3, 0.78125 * 3],
    [5, 0.7, 0.7],
    [0.9999999999999998, 2.1, 1.3],
  ];
  for (const shape of shapes) {
    for (const spacingMm of spacings) {
      for (const radiusMm of [0.5, 1, 3, 4.2, 5, 8]) {
        for (const density of [0, 0.02, 0.3, 1]) {
          const mask = Uint8Array.from({ length: shape[0] * shape[1] * shape[2] }, () =>
            random() < density ? 1 : 0,
          );
          const near = nearMask(mask, shape, spacingMm, radiusMm);
          const asked = mask.map((_, i) => (near(i) ? 1 : 0));
          assert.deepEqual(asked, dilate(mask, shape, spacingMm, radiusMm));
        }
      }
    }
  }
});
