import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findAirways } from '../../../src/pipeline/lungs/airways.ts';
import { assignLobes } from '../../../src/pipeline/lungs/assign-lobes.ts';
import { bodyMask } from '../../../src/pipeline/lungs/body-mask.ts';
import { airPieces, classicalLungs } from '../../../src/pipeline/lungs/classical-lungs.ts';
import { fitDiaphragm } from '../../../src/pipeline/lungs/diaphragm.ts';
import { leastLungBetween, leftSide, lungSides, rightSide } from '../../../src/pipeline/lungs/lung-sides.ts';
import { lungNotices } from '../../../src/pipeline/lungs/plausibility.ts';
import { givenBack } from '../../../src/pipeline/lungs/reclaim-lungs.ts';
import { smoothLobes } from '../../../src/pipeline/lungs/smooth-lobes.ts';
import { uniteLungs } from '../../../src/pipeline/lungs/unite-lungs.ts';
import { makeWorkGrid } from '../../../src/pipeline/lungs/work-grid.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import type { CtVolume } from '../../../src/volume/types.ts';
import { chest, covered, dice, makeChest, type Part } from './synthetic-chest.ts';

const bothLungs = (z: number, y: number, x: number) => chest.right(z, y, x) || chest.left(z, y, x);

function segment(volume: CtVolume) {
  const grid = makeWorkGrid(volume);
  const silent = { lung: new Uint8Array(grid.hu.length), lobe: new Uint8Array(grid.hu.length) };
  const body = bodyMask(grid);
  const airways = findAirways(grid, body);
  const aerated = classicalLungs(grid, airPieces(grid, body, airways), silent);
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

/** Under the back, a closed shell of a table at -100 HU with its foam at -930 HU. */
const foam = (z: number, y: number, x: number) =>
  z >= 7 && z <= 73 && y >= 100 && y <= 107 && x >= 18 && x <= 110;

test('the foam of a table that its shell closes is no lung, whether the network speaks or not', () => {
  const volume = makeChest();
  const inShell = (z: number, y: number, x: number) =>
    z >= 5 && z <= 75 && y >= 98 && y <= 109 && x >= 16 && x <= 112;
  volume.data.forEach((hu, i) => {
    const [z, y, x] = [Math.floor(i / (112 * 128)), Math.floor(i / 128) % 112, i % 128];
    if (hu < -320 && inShell(z, y, x)) volume.data[i] = foam(z, y, x) ? -930 : -100;
  });
  const { grid, silent, body, airways } = segment(volume);
  assert.equal(covered(body, foam), 0);
  const rightLung = Uint8Array.from(volume.data, (_, i) =>
    chest.right(Math.floor(i / (112 * 128)), Math.floor(i / 128) % 112, i % 128) ? 255 : 0,
  );
  for (const network of [silent, { ...silent, lung: rightLung }]) {
    const aerated = classicalLungs(grid, airPieces(grid, body, airways), network);
    assert.ok(dice(aerated, bothLungs) > 0.99);
  }
});

test('what only its looks gave back to the body is lung if the network says so, or says nothing at all', () => {
  const { grid, silent, airways, body } = healthy;
  const leftGivenBack = body.map((value, i) =>
    chest.left(Math.floor(i / (112 * 128)), Math.floor(i / 128) % 112, i % 128) ? givenBack : value,
  );
  const networkOf = (part: Part) =>
    silent.lung.map((_, i) =>
      part(Math.floor(i / (112 * 128)), Math.floor(i / 128) % 112, i % 128) ? 255 : 0,
    );
  const found = (lung: Uint8Array) =>
    classicalLungs(grid, airPieces(grid, leftGivenBack, airways), { ...silent, lung });
  assert.ok(dice(found(silent.lung), bothLungs) > 0.99);
  assert.ok(dice(found(networkOf(bothLungs)), bothLungs) > 0.99);
  assert.ok(dice(found(networkOf(chest.right)), chest.right) > 0.99);
});

test('a lung behind a chest wall that the field of view cuts thin is given back to the body', () => {
  const volume = makeChest();
  // All that lies outside column 19 is gone: one voxel of wall is left beside the right lung, which starts at 20.
  volume.data.forEach((_, i) => {
    if (i % 128 < 19) volume.data[i] = -1000;
  });
  assert.ok(covered(segment(volume).body, chest.right) > 0.99);
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
  const { sides } = uniteLungs(grid, body, airways, aerated, silent);
  const only = (side: number) => sides.map((value) => (value === side ? 1 : 0));
  assert.ok(dice(only(rightSide), chest.right) > 0.98);
  assert.ok(dice(only(leftSide), chest.left) > 0.98);
});

test('consolidation that touches the chest wall stays in the lung', () => {
  const { grid, body, airways, aerated, silent } = segment(makeChest(true));
  const lesion = (z: number, y: number, x: number) => chest.right(z, y, x) && chest.consolidation(z, y, x);
  assert.equal(covered(aerated, lesion), 0);
  const { sides: united } = uniteLungs(grid, body, airways, aerated, silent);
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
  const { sides: united } = uniteLungs(grid, body, airways, aerated, { lung, lobe });
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

test('labels are smoothed along the height as one by one, with ties and ends', () => {
  const random = seededRandom(12);
  // So few that no piece is an island: less than 0.15 of its lobe's largest.
  const slices = 7;
  for (const mm of [2, 1, 4, 9]) {
    const reach = Math.max(1, Math.round(4 / mm));
    for (let round = 0; round < 60; round++) {
      const column = Uint8Array.from({ length: slices }, () => 1 + Math.floor(random() * 3));
      const voted = column.map((own, z) => {
        const near = column.slice(Math.max(0, z - reach), z + reach + 1);
        const votes = (label: number) => near.filter((other) => other === label).length;
        return [1, 2, 3].reduce((best, label) => (votes(label) > votes(best) ? label : best), own);
      });
      assert.deepEqual(smoothLobes(column, [slices, 1, 1], [mm, 2, 2]), voted);
    }
  }
});

test('the lungs are parted at the column of least lung between them', () => {
  assert.equal(leastLungBetween(Float64Array.from([0, 5, 9, 8, 3, 1, 4, 9, 9, 2, 0])), 5);
});

/** Two boxes of lung, 20 and 21 columns wide, joined by a bridge of one row. */
function joinedLungs() {
  const shape = [20, 20, 60] as const;
  const lungs = new Uint8Array(20 * 20 * 60);
  const parts = { right: 0, left: 0 };
  for (let i = 0; i < lungs.length; i++) {
    const [z, y, x] = [Math.floor(i / 1200), Math.floor(i / 60) % 20, i % 60];
    const inside = y > 2 && y < 17;
    const right = inside && x >= 5 && x < 25;
    const left = inside && x >= 34 && x < 55;
    const bridge = y === 5 && z === 10 && x >= 25 && x < 34;
    if (right) parts.right++;
    if (left) parts.left++;
    if (right || left || bridge) lungs[i] = 1;
  }
  const grid = { hu: new Int16Array(lungs.length), shape, spacingMm: [2, 2, 2], factors: [1, 1, 1] } as const;
  return { grid, lungs, parts };
}

for (const [seen, label, from, to] of [
  ['right', 1, 5, 25],
  ['left', 4, 34, 55],
] as const) {
  test(`lungs that touch are parted between them when the network saw only the ${seen} one`, () => {
    const { grid, lungs, parts } = joinedLungs();
    const lobe = lungs.map((value, i) => (value !== 0 && i % 60 >= from && i % 60 < to ? label : 0));
    const sides = lungSides(grid, lungs, lungs, { lung: lobe.map((value) => (value === 0 ? 0 : 255)), lobe });
    const count = (side: number) => sides.reduce((sum, value) => sum + (value === side ? 1 : 0), 0);
    // The bridge of 9 voxels goes to either.
    assert.ok(count(rightSide) - parts.right >= 0 && count(rightSide) - parts.right <= 9);
    assert.ok(count(leftSide) - parts.left >= 0 && count(leftSide) - parts.left <= 9);
  });
}

test('the diaphragm is the smooth dome under the lung, not the consolidation that rests on it', () => {
  // A dome of 40 mm, 2 mm voxels: z = 40 - ((y - 60)^2 + (x - 60)^2) / 200 mm, lung above it; on a patch of
  // 30 mm radius beside its middle 20 mm of consolidation lie between the two.
  const shape = [60, 60, 60] as const;
  const dome = (y: number, x: number) => 40 - ((2 * y - 60) ** 2 + (2 * x - 60) ** 2) / 200;
  const lung = new Uint8Array(60 ** 3);
  for (let i = 0; i < lung.length; i++) {
    const [z, y, x] = [Math.floor(i / 3600), Math.floor(i / 60) % 60, i % 60];
    const raised = Math.hypot(y - 40, x - 40) < 15 ? 20 : 0;
    if (2 * z >= dome(y, x) + raised) lung[i] = 1;
  }
  const tissue = lung.map((value) => 1 - value);
  const found = fitDiaphragm(lung, tissue, shape, [2, 2, 2]);
  assert.ok(found !== undefined);
  const wrong = found.map((mm, i) => Math.abs(mm - dome(Math.floor(i / 60), i % 60)));
  assert.ok(Math.max(...wrong) < 4, `${Math.max(...wrong)} mm`);
  assert.equal(fitDiaphragm(lung, new Uint8Array(lung.length), shape, [2, 2, 2]), undefined);
});

test('dense tissue between parts of the lungs that was left out is told in one sentence', () => {
  const { grid, body, airways, aerated, silent } = healthy;
  const { sides, leftOutMl } = uniteLungs(grid, body, airways, aerated, silent);
  assert.equal(leftOutMl, 0);
  const told = (ml: number) =>
    lungNotices(grid, sides, aerated, silent, ml).filter(({ code }) => code === 'lungs-dense-left-out');
  assert.deepEqual(told(5), []);
  assert.match(told(52.4)[0]?.text ?? '', /^At least 52 mL of dense tissue .*\. Check the lung outline\.$/);
});
