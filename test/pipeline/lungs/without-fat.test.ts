import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutFat } from '../../../src/pipeline/lungs/without-fat.ts';

/** One row of voxels of 2 mm: aerated lung in the first five; what the network says wherever the HU are not 0. */
function believed(hu: readonly number[], said = 200) {
  const grid = {
    hu: Int16Array.from(hu),
    shape: [1, 1, hu.length],
    spacingMm: [2, 2, 2],
    factors: [1, 1, 1],
  } as const;
  const aerated = Uint8Array.from(hu, (_, x) => (x < 5 ? 1 : 0));
  const lung = Uint8Array.from(hu, (value) => (value === 0 ? 0 : said));
  return [...withoutFat(grid, aerated, { lung, lobe: new Uint8Array(hu.length) }).lung];
}

const air = [-850, -850, -850, -850, -850];

test('consolidation and ground glass apart from aerated lung are believed, fat is not', () => {
  // Half soft tissue, half glass or fat at the edges: the mean of a piece decides. 0 is where the network is silent.
  const row = [...air, 0, 0, 0, 0, 0, 30, 45, -20, 0, -100, -110, 20, 0, -280, -300];
  const kept = row.map((hu, x) => (hu === 0 || (x >= 14 && x <= 16) ? 0 : 200));
  assert.deepEqual(believed(row), kept);
});

test('what the network is sure of stays, whatever its HU: consolidation beside glass', () => {
  const row = [...air, 0, 0, 0, 0, 0, -40, -60, -50];
  const all = row.map((hu) => (hu === 0 ? 0 : 250));
  assert.deepEqual(believed(row, 250), all);
});

test('near aerated lung nothing is doubted: its border has the HU of fat', () => {
  // Voxel 8 lies 8 mm from the last aerated one, voxel 9 lies 10 mm from it.
  const row = [...air, -100, -100, -100, -100, -100, -100];
  assert.deepEqual(believed(row), [...row.slice(0, 9).map(() => 200), 0, 0]);
});
