import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAirways } from '../../../src/pipeline/lungs/airways.ts';
import { assignLobes } from '../../../src/pipeline/lungs/assign-lobes.ts';
import { bodyMask } from '../../../src/pipeline/lungs/body-mask.ts';
import { classicalLungs } from '../../../src/pipeline/lungs/classical-lungs.ts';
import { leastLungBetween, leftSide, rightSide } from '../../../src/pipeline/lungs/lung-sides.ts';
import { ontoVolume } from '../../../src/pipeline/lungs/onto-volume.ts';
import { smoothLobes } from '../../../src/pipeline/lungs/smooth-lobes.ts';
import { uniteLungs } from '../../../src/pipeline/lungs/unite-lungs.ts';
import { makeWorkGrid } from '../../../src/pipeline/lungs/work-grid.ts';
import type { CtVolume } from '../../../src/volume/types.ts';
import { chest, covered, dice, makeChest } from './synthetic-chest.ts';

const bothLungs = (z: number, y: number, x: number) => chest.right(z, y, x) || chest.left(z, y, x);

function segment(volume: CtVolume) {
  const grid = makeWorkGrid(volume);
  const silent = { lung: new Uint8Array(grid.hu.length), lobe: new Uint8Array(grid.hu.length) };
  const body = bodyMask(grid);
  const airways = findAirways(grid, body);
  const aerated = classicalLungs(grid, body, airways, silent);
  return { grid, silent, body, airways, aerated };
}

const healthy = segment(makeChest());

test('the work grid is of whole blocks of about 2 mm', () => {
  const volume = { ...makeChest(), spacingMm: [1, 0.78125, 0.78125] as const };
  const grid = makeWorkGrid(volume);
  assert.deepEqual(grid.factors, [2, 3, 3]);
  assert.deepEqual(grid.shape, [40, 38, 43]);
  assert.deepEqual(grid.spacingMm, [2, 2.34375, 2.34375]);
});

test('the body holds its lungs, but neither the table nor the gap above it that slices close', () => {
  const { body } = healthy;
  assert.ok(covered(body, chest.body) > 0.995);
  assert.equal(covered(body, bothLungs), 1);
  assert.equal(covered(body, chest.gap), 0);
  assert.ok(covered(body, (z, y, x) => chest.table(z, y, x) && y >= 98) < 0.01);
});

test('trachea and main bronchi are found and stop at the lungs', () => {
  const { airways } = healthy;
  assert.ok(covered(airways, chest.trachea) > 0.99);
  assert.ok(covered(airways, (z, y, x) => chest.bronchi(z, y, x) && !bothLungs(z, y, x)) > 0.9);
  assert.ok(covered(airways, bothLungs) < 0.005);
});

test('aerated lung is both lungs without airways, without the gas of the stomach', () => {
  const { aerated } = healthy;
  assert.ok(dice(aerated, bothLungs) > 0.99);
  assert.equal(covered(aerated, chest.trachea), 0);
  assert.equal(covered(aerated, chest.stomach), 0);
});

test('the low x are the right lung, the high x the left', () => {
  const { grid, body, airways, aerated, silent } = healthy;
  const sides = uniteLungs(grid, body, airways, aerated, silent);
  const only = (side: number) => sides.map((value) => (value === side ? 1 : 0));
  assert.ok(dice(only(rightSide), chest.right) > 0.98);
  assert.ok(dice(only(leftSide), chest.left) > 0.98);
});

test('consolidation that touches the chest wall stays in the lung', () => {
  const { grid, body, airways, aerated, silent } = segment(makeChest(true));
  const lesion = (z: number, y: number, x: number) => chest.right(z, y, x) && chest.consolidation(z, y, x);
  assert.equal(covered(aerated, lesion), 0);
  const united = uniteLungs(grid, body, airways, aerated, silent);
  assert.ok(covered(united, lesion) > 0.9, String(covered(united, lesion)));
  assert.ok(dice(united, bothLungs) > 0.97);
});

test('what only the network calls lung joins, inside the body alone', () => {
  const { grid, body, airways, aerated } = segment(makeChest(true));
  const lung = new Uint8Array(grid.hu.length);
  const lobe = new Uint8Array(grid.hu.length);
  for (let i = 0; i < lung.length; i++) {
    const [z, y, x] = [Math.floor(i / (112 * 128)), Math.floor(i / 128) % 112, i % 128];
    if (chest.right(z, y, x) || chest.gap(z, y, x)) [lung[i], lobe[i]] = [255, 3];
  }
  const united = uniteLungs(grid, body, airways, aerated, { lung, lobe });
  assert.ok(covered(united, chest.right) > 0.99);
  assert.equal(covered(united, chest.gap), 0);
});

test('a lobe of the other side gives way to the nearest of the own side', () => {
  const sides = new Uint8Array(6).fill(rightSide);
  assert.deepEqual(
    [...assignLobes(sides, Uint8Array.from([1, 4, 4, 4, 2, 0]), [1, 1, 6])],
    [1, 1, 1, 2, 2, 2],
  );
});

test('without a network a lung is parted by its proportions: apex RUL, front RML, back RLL', () => {
  const sides = new Uint8Array(1000).fill(rightSide);
  const labels = assignLobes(sides, new Uint8Array(1000), [10, 10, 10]);
  assert.deepEqual([labels[900], labels[300], labels[90]], [1, 2, 3]);
});

test('a label that flickers for one slice is smoothed away, and so is a small island', () => {
  const column = smoothLobes(Uint8Array.from([1, 1, 2, 1, 1, 1, 2, 2, 2]), [9, 1, 1], [2, 2, 2]);
  assert.deepEqual([...column], [1, 1, 1, 1, 1, 1, 2, 2, 2]);
  const row = Uint8Array.from([...new Array(12).fill(1), 2, 1, 1, ...new Array(12).fill(2)]);
  const expected = [...new Array(15).fill(1), ...new Array(12).fill(2)];
  assert.deepEqual([...smoothLobes(row, [1, 1, 27], [2, 2, 2])], expected);
});

test('the lungs are parted at the column of least lung between them', () => {
  assert.equal(leastLungBetween(Float64Array.from([0, 5, 9, 8, 3, 1, 4, 9, 9, 2, 0])), 5);
});

test('back on the fine grid the outline follows the HU, not the blocks', () => {
  // One row of 12 voxels in 4 blocks of 3; air ends after 7 voxels, inside the third block.
  const data = Int16Array.from({ length: 12 }, (_, x) => (x < 7 ? -850 : 40));
  const volume: CtVolume = {
    data,
    shape: [1, 1, 12],
    spacingMm: [1, 1, 1],
    originMm: [0, 0, 0],
    direction: { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] },
  };
  const grid = { hu: new Int16Array(4), shape: [1, 1, 4], spacingMm: [1, 1, 3], factors: [1, 1, 3] } as const;
  const { data: labels } = ontoVolume(volume, grid, Uint8Array.from([4, 4, 0, 0]));
  assert.deepEqual([...labels], [4, 4, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0]);
});
