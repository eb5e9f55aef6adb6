import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addLungNetwork } from '../../../src/pipeline/lungs/add-lung-network.ts';
import { networkOnGrid } from '../../../src/pipeline/lungs/network-on-grid.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import { makeChest } from './synthetic-chest.ts';

for (const [sliceMm, stepMm] of [
  [1, 2],
  [1, 15],
  [0.5, 10],
  [2.5, 20],
] as const) {
  test(`slices of ${sliceMm} mm asked every ${stepMm} mm: those between have the nearest answer`, () => {
    const depth = 200;
    const factor = Math.max(1, Math.round(2 / sliceMm));
    const step = stepMm / sliceMm;
    const slices = Array.from({ length: Math.ceil(depth / step) }, (_, i) => i * step);
    const planes = slices.map((_, i) => Uint8Array.of(1 + (i % 5)));
    const volume = { ...makeChest(), shape: [depth, 1, 1] as const };
    const blocks = depth / factor;
    const grid = {
      hu: new Int16Array(blocks),
      shape: [blocks, 1, 1],
      spacingMm: [sliceMm * factor, 1, 1],
      factors: [factor, 1, 1],
    } as const;
    const lung = planes.map(() => Uint8Array.of(255));
    const { label: lobe } = networkOnGrid(volume, grid, {
      size: [1, 1],
      slices,
      step,
      lung,
      label: planes,
    });
    lobe.forEach((label, block) => {
      const centre = block * factor + (factor - 1) / 2;
      const steps = Math.min(centre / step, slices.length - 1);
      if (steps % 1 === 0.5) return;
      assert.equal(label, 1 + (Math.round(steps) % 5), `block ${block}`);
    });
  });
}

test('far from every slice that was asked there is no answer', () => {
  const volume = { ...makeChest(), shape: [30, 1, 1] as const };
  const grid = {
    hu: new Int16Array(30),
    shape: [30, 1, 1],
    spacingMm: [2, 1, 1],
    factors: [1, 1, 1],
  } as const;
  const one = [Uint8Array.of(255), Uint8Array.of(255), Uint8Array.of(255)];
  const { lung } = networkOnGrid(volume, grid, {
    size: [1, 1],
    slices: [10, 12, 14],
    step: 2,
    lung: one,
    label: one,
  });
  assert.deepEqual([lung[7], lung[8], lung[11], lung[16], lung[17]], [0, 255, 255, 255, 0]);
});

test('of a network that saw part of the slice, the answer lies in that part and nowhere else', () => {
  const volume = { ...makeChest(), shape: [1, 4, 8] as const };
  const grid = {
    hu: new Int16Array(32),
    shape: [1, 4, 8],
    spacingMm: [2, 1, 1],
    factors: [1, 1, 1],
  } as const;
  const { lung, label } = networkOnGrid(volume, grid, {
    size: [1, 2],
    seen: { rows: [1, 3], columns: [2, 6] },
    slices: [0],
    step: 1,
    lung: [Uint8Array.of(255, 255)],
    label: [Uint8Array.of(1, 2)],
  });
  // By hand: two pixels that are two columns wide each, in rows 1 and 2.
  const row = [0, 0, 1, 1, 2, 2, 0, 0];
  const none = [0, 0, 0, 0, 0, 0, 0, 0];
  assert.deepEqual([...label], [...none, ...row, ...row, ...none]);
  assert.deepEqual(
    [...lung].map((value) => Number(value > 0)),
    [...label].map((value) => Number(value > 0)),
  );
});

test('a network that knows sides adds lung and decides about the side, never takes lung away', () => {
  // Three voxels: both lobes right and sure; lobes silent; sides silent. By hand.
  const named = addLungNetwork(
    { lung: Uint8Array.of(200, 0, 255), label: Uint8Array.of(1, 0, 4) },
    { lung: Uint8Array.of(255, 128, 20), label: Uint8Array.of(2, 1, 1) },
  );
  assert.deepEqual(named, {
    lung: Uint8Array.of(255, 128, 255),
    lobe: Uint8Array.of(1, 0, 4),
    side: Uint8Array.of(2, 1, 0),
  });
});

test('planes that are mostly empty come to the grid as they do pixel by pixel', () => {
  const random = seededRandom(8);
  for (const [size, across, factor] of [
    [16, 20, 1],
    [7, 24, 2],
    [33, 21, 3],
  ] as const) {
    const blocks = Math.ceil(across / factor);
    const volume = { ...makeChest(), shape: [5, across, across] as const };
    const shape = [5, blocks, blocks] as const;
    const grid = {
      hu: new Int16Array(5 * blocks ** 2),
      shape,
      spacingMm: [2, 2, 2],
      factors: [1, factor, factor],
    } as const;
    // A few pixels anywhere, at the sides too.
    const plane = () =>
      Uint8Array.from({ length: size * size }, () => (random() < 0.06 ? 255 * random() : 0));
    const [lung, label] = [
      [plane(), plane(), plane()],
      [plane(), plane(), plane()],
    ];
    const seen = { rows: [2, across - 1], columns: [1, across - 2] } as const;
    for (const part of [{}, { seen }]) {
      const asked = { size: [size, size] as const, slices: [0, 2, 4], step: 2, lung, label, ...part };
      const found = networkOnGrid(volume, grid, asked);
      const [rows, columns] = [seen.rows, seen.columns].map((axis) => ('seen' in part ? axis : [0, across]));
      const place = (i: number, [start, end]: readonly number[]) => {
        const voxel = (i * factor + Math.min((i + 1) * factor, across)) / 2;
        const at = ((voxel - (start as number)) * size) / ((end as number) - (start as number)) - 0.5;
        return {
          at: Math.min(size - 1, Math.max(0, at)),
          isSeen: voxel > (start as number) && voxel < (end as number),
        };
      };
      for (let i = 0; i < found.lung.length; i++) {
        const z = Math.floor(i / blocks ** 2);
        const y = place(Math.floor(i / blocks) % blocks, rows as readonly number[]);
        const x = place(i % blocks, columns as readonly number[]);
        const value = (k: number) => {
          const [y0, x0] = [Math.floor(y.at), Math.floor(x.at)];
          const [y1, x1] = [Math.min(size - 1, y0 + 1), Math.min(size - 1, x0 + 1)];
          const [wy, wx] = [Math.fround(y.at - y0), Math.fround(x.at - x0)];
          const at = (row: number, column: number) => (lung[k] as Uint8Array)[row * size + column] as number;
          const top = at(y0, x0) + (at(y0, x1) - at(y0, x0)) * wx;
          const bottom = at(y1, x0) + (at(y1, x1) - at(y1, x0)) * wx;
          return top + (bottom - top) * wy;
        };
        const [low, high] = [value(Math.floor(z / 2)), value(Math.ceil(z / 2))];
        const isSeen = y.isSeen && x.isSeen;
        const expected = isSeen ? Math.floor(low + (high - low) * (z % 2 === 0 ? 0 : 0.5) + 0.5) : 0;
        assert.equal(found.lung[i], expected);
        const names = label[Math.ceil(z / 2)] as Uint8Array;
        assert.equal(found.label[i], isSeen ? names[Math.round(y.at) * size + Math.round(x.at)] : 0);
      }
    }
  }
});
