import assert from 'node:assert/strict';
import { it } from 'node:test';
import { bodyMask } from '../../../src/pipeline/lungs/body-mask.ts';
import { givenBack } from '../../../src/pipeline/lungs/reclaim-lungs.ts';
import { makeWorkGrid } from '../../../src/pipeline/lungs/work-grid.ts';
import { seededRandom } from '../../../src/statistics/seeded-random.ts';
import type { Shape3, SpacingMm } from '../../../src/volume/types.ts';
import { plainBody } from './plain-body.ts';
import { makeChest } from './synthetic-chest.ts';

/** Blobs of tissue, lung and air, so that some are closed in, some open and some cut by a side. */
function blobs(shape: Shape3, seed: number, count: number): Int16Array {
  const random = seededRandom(seed);
  const [depth, height, width] = shape;
  const hu = new Int16Array(depth * height * width).fill(-1000);
  for (let k = 0; k < count; k++) {
    const value = [40, -850, -1000, 40][k % 4] as number;
    const [cz, cy, cx] = shape.map((length) => random() * length) as [number, number, number];
    const radius = (0.05 + 0.3 * random()) * Math.max(height, width);
    for (let i = 0; i < hu.length; i++) {
      const [z, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
      if (Math.hypot(z - cz, y - cy, x - cx) < radius) hu[i] = value;
    }
  }
  return hu;
}

/** A body of tissue with a lung in it that a thin wall parts from the air, open in one slice. */
function openChest(shape: Shape3): Int16Array {
  const [, height, width] = shape;
  return Int16Array.from({ length: shape[0] * height * width }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    const isWall = x < 5 && y > 3 && y < height - 4 && (z > 0 || y < height / 2 || y > height / 2 + 2);
    const isLung = x >= 5 && x < width / 2 && y > 13 && y < height - 14;
    if (isLung) return -850;
    return (x === 4 && isWall) || (x > 4 && x < width - 3 && y > 3 && y < height - 4) ? 30 : -1000;
  });
}

it('the body by bits and runs is that voxel by voxel, of blobs that close and cut each other', () => {
  const shapes: readonly Shape3[] = [
    [1, 1, 1],
    [1, 40, 31],
    [3, 24, 32],
    [4, 33, 65],
    [5, 20, 70],
    [2, 1, 40],
  ];
  const spacings: readonly SpacingMm[] = [
    [2, 2.34375, 2.34375],
    [5, 8, 9],
    [1, 0.9, 0.9],
  ];
  shapes.forEach((shape, k) => {
    for (const spacingMm of spacings) {
      for (const count of [0, 3, 12]) {
        const grid = {
          hu: blobs(shape, 7 * k + count, count),
          shape,
          spacingMm,
          factors: [1, 1, 1] as const,
        };
        assert.deepEqual(bodyMask(grid), plainBody(grid), `${shape} ${spacingMm} ${count}`);
      }
    }
  });
});

it('so is that of a chest whose wall the field of view cuts open: a lung is given back', () => {
  const shape = [3, 80, 70] as const;
  for (const mm of [0.9, 1, 1.1]) {
    const grid = {
      hu: openChest(shape),
      shape,
      spacingMm: [2, mm, mm] as const,
      factors: [1, 1, 1] as const,
    };
    const body = bodyMask(grid);
    assert.deepEqual(body, plainBody(grid), `${mm} mm`);
    assert.ok(body.includes(givenBack), `${mm} mm`);
  }
});

it('so is that of a chest on a table', () => {
  const chest = makeChest();
  const from = 30 * 112 * 128;
  const grid = makeWorkGrid({
    ...chest,
    data: chest.data.slice(from, from + 3 * 112 * 128),
    shape: [3, 112, 128],
  });
  assert.deepEqual(bodyMask(grid), plainBody(grid));
});
