import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ontoVolume } from '../../../src/pipeline/lungs/onto-volume.ts';
import { blockMean } from '../../../src/volume/block-mean.ts';
import type { CtVolume } from '../../../src/volume/types.ts';

/** One row of voxels and of the blocks over it, taken back to the fine grid; lung is label 4. */
function outlineOfRow(data: Int16Array, factor: number, blocks: readonly number[]): number[] {
  const volume: CtVolume = {
    data,
    shape: [1, 1, data.length],
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
  const shape = [1, 1, blocks.length] as const;
  const factors = [1, 1, factor] as const;
  const hu = blockMean(data, volume.shape, factors).data;
  const grid = { hu, shape, spacingMm: [1, 1, factor], factors } as const;
  return [...ontoVolume(volume, grid, Uint8Array.from(blocks)).data];
}

test('back on the fine grid the outline follows the HU, not the blocks', () => {
  // 12 voxels in 4 blocks of 3; air ends after 7 voxels, inside the third block.
  const data = Int16Array.from({ length: 12 }, (_, x) => (x < 7 ? -850 : 40));
  assert.deepEqual(outlineOfRow(data, 3, [4, 4, 0, 0]), [4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0]);
});

test('a block of one voxel at the surface is lung only where it is air by more than a half', () => {
  // Lung of -850 against a wall of 40: half of each is -405, and the blocks took what is a third lung.
  const data = Int16Array.from([40, 40, -257, -850, -850, -850, -550, 40]);
  assert.deepEqual(outlineOfRow(data, 1, [0, 0, 4, 4, 4, 4, 4, 0]), [0, 0, 0, 4, 4, 4, 4, 0]);
});

test('far from aerated lung the outline is that of the blocks: consolidation is as dense as the wall', () => {
  const data = new Int16Array(18).fill(40);
  const blocks = [0, 4, 4, 4, 4, 0];
  assert.deepEqual(
    outlineOfRow(data, 3, blocks),
    [...data].map((_, x) => (x >= 3 && x < 15 ? 4 : 0)),
  );
});
