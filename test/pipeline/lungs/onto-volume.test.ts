import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ontoVolume } from '../../../src/pipeline/lungs/onto-volume.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import { blockMean } from '../../../src/volume/block-mean.ts';
import type { CtVolume, Shape3 } from '../../../src/volume/types.ts';
import { plainOutline } from './plain-outline.ts';

/** Voxels of 1 mm and the blocks over them, taken back to the fine grid; lung is label 4. */
function outline(hu: readonly number[], shape: Shape3, factors: Shape3, blocks: readonly number[]): number[] {
  const volume: CtVolume = {
    data: Int16Array.from(hu),
    shape,
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
  const { data, shape: inBlocks } = blockMean(volume.data, shape, factors);
  const grid = { hu: data, shape: inBlocks, spacingMm: factors, factors } as const;
  return [...ontoVolume(volume, grid, Uint8Array.from(blocks)).data];
}

test('back on the fine grid the outline follows the HU, not the blocks', () => {
  // 12 voxels in 4 blocks of 3; air ends after 7 voxels, inside the third block.
  const hu = Array.from({ length: 12 }, (_, x) => (x < 7 ? -850 : 40));
  assert.deepEqual(outline(hu, [1, 1, 12], [1, 1, 3], [4, 4, 0, 0]), [4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0]);
});

test('far from aerated lung the outline is that of the blocks: consolidation is as dense as the wall', () => {
  const hu = new Array(18).fill(40);
  const expected = hu.map((_, x) => (x >= 3 && x < 15 ? 4 : 0));
  assert.deepEqual(outline(hu, [1, 1, 18], [1, 1, 3], [0, 4, 4, 4, 4, 0]), expected);
});

// Lung of -850 with a vessel, between walls of 40; the blocks took what is a third lung, too, for lung.
const walled = [40, 40, -257, -850, 40, -850, -850, -550, 40];
const taken = [0, 0, 4, 4, 4, 4, 4, 4, 0];
const kept = [0, 0, 0, 4, 4, 4, 4, 4, 0];

test('where a block is one voxel, what is dense is no lung at the surface, and stays lung inside', () => {
  // Three equal rows: along y there is no surface.
  assert.deepEqual(
    outline([...walled, ...walled, ...walled], [1, 3, 9], [1, 1, 1], [...taken, ...taken, ...taken]),
    [...kept, ...kept, ...kept],
  );
});

test('it is so with several slices a block, and the ends of the lung along z stay as they are', () => {
  const slices = [walled, walled, walled, walled];
  assert.deepEqual(outline(slices.flat(), [4, 1, 9], [2, 1, 1], [...taken, ...taken]), [
    ...kept,
    ...kept,
    ...kept,
    ...kept,
  ]);
});

test('a lung that the border of the scan cuts off has no surface there', () => {
  // Lung up to the last column in one row and up to the first in the next, with dense voxels at both borders.
  const hu = [40, 40, -850, -850, -850, 40, 40, -850, -850, -850, 40, 40, 40, -850, -850, -850, 40, 40];
  const blocks = [0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 0, 0, 4, 4, 4, 4, 0, 0];
  const found = outline(hu, [1, 3, 6], [1, 1, 1], blocks);
  // By hand: (0, 5) ends below, at a block of no lung; (2, 0) goes on to the border on every side but above.
  assert.deepEqual(found.slice(0, 6), [0, 0, 4, 4, 4, 0]);
  assert.deepEqual(found.slice(12), [4, 4, 4, 4, 0, 0]);
});

test('run by run it is what the plain rule gives voxel by voxel, whatever the blocks are', () => {
  const random = seededRandom(11);
  const factorsOf: Shape3[] = [
    [2, 3, 3],
    [1, 3, 2],
    [1, 1, 1],
    [3, 1, 2],
    [2, 4, 1],
  ];
  for (const factors of factorsOf) {
    for (const [depth, height, width] of [
      [1, 1, 1],
      [7, 13, 17],
      [5, 24, 19],
    ] as Shape3[]) {
      for (const smoothness of [0, 0.6, 0.95]) {
        const shape: Shape3 = [depth, height, width];
        const data = Int16Array.from({ length: depth * height * width }, () => -900 + 1000 * random());
        const small = blockMean(data, shape, factors);
        const spacingMm: Shape3 = [factors[0], factors[1] * 0.8, factors[2] * 0.8];
        const grid = { hu: small.data, shape: small.shape, spacingMm, factors };
        // Stretches of one lobe or none, as long as they happen to be.
        let label = 0;
        const blocks = Uint8Array.from(small.data, () => {
          if (random() >= smoothness) label = Math.max(0, Math.floor(8 * random()) - 2);
          return label;
        });
        const volume: CtVolume = {
          data,
          shape,
          spacingMm: [1, 0.8, 0.8],
          originMm: [0, 0, 0],
          direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
        };
        assert.deepEqual(ontoVolume(volume, grid, blocks).data, plainOutline(volume, grid, blocks));
      }
    }
  }
});
