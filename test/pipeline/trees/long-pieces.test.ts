import assert from 'node:assert/strict';
import { test } from 'node:test';
import { longPieces } from '../../../src/pipeline/trees/long-pieces.ts';
import type { Shape3, SpacingMm } from '../../../src/volume/types.ts';
import { plainLabels } from '../../volume/plain/plain-kernels.ts';
import { randomMasks } from '../../volume/plain/random-masks.ts';

/** Voxel by voxel: the box and the size of each piece. */
function plainLongPieces(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm): Uint8Array {
  const [, height, width] = shape;
  const labels = plainLabels(mask, shape);
  const voxelsOf = new Map<number, number[][]>();
  labels.forEach((label, i) => {
    const voxel = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    if (label !== 0) voxelsOf.set(label, [...(voxelsOf.get(label) ?? []), voxel]);
  });
  const long = new Set<number>();
  for (const [label, voxels] of voxelsOf) {
    const extents = spacingMm.map((mm, axis) => {
      const at = voxels.map((voxel) => voxel[axis] as number);
      return mm * (Math.max(...at) - Math.min(...at) + 1);
    });
    const diagonal = Math.hypot(...extents);
    const volume = voxels.length * spacingMm[0] * spacingMm[1] * spacingMm[2];
    if (diagonal >= 12 && volume < 0.07 * diagonal ** 3) long.add(label);
  }
  return Uint8Array.from(labels, (label) => (long.has(label) ? 1 : 0));
}

test('what is long and thin is kept, a ball and what is short are not, as voxel by voxel', () => {
  let [kept, dropped] = [0, 0];
  for (const { name, mask, shape } of randomMasks(9)) {
    for (const spacingMm of [
      [1, 1, 1],
      [2.5, 0.7, 0.7],
      [3, 4, 5],
    ] as const) {
      const long = longPieces(mask, shape, spacingMm);
      assert.deepEqual(long, plainLongPieces(mask, shape, spacingMm), name);
      mask.forEach((value, i) => {
        if (value !== 0 && long[i] === 1) kept++;
        if (value !== 0 && long[i] === 0) dropped++;
      });
    }
  }
  assert.ok(kept > 100 && dropped > 100, `${kept} kept, ${dropped} dropped`);
});
