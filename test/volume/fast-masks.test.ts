import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
import { boundingBox } from '../../src/volume/box.ts';
import { findComponents, meansOf } from '../../src/volume/components.ts';
import { countLabels } from '../../src/volume/count-labels.ts';
import { fillEnclosed, fillHolesInSlices } from '../../src/volume/fill-holes.ts';
import { flood } from '../../src/volume/flood.ts';
import { nextEmpty, scanMask } from '../../src/volume/mask-scan.ts';
import { close, dilate, erode, open } from '../../src/volume/morphology.ts';
import { spreadLabels } from '../../src/volume/spread-labels.ts';
import type { Shape3, SpacingMm } from '../../src/volume/types.ts';
import { labelsOf } from './plain/labels-of.ts';
import { plainFlood, plainLabels, plainSpread, plainVotes } from './plain/plain-kernels.ts';
import { type NamedMask, randomMasks } from './plain/random-masks.ts';
import { squaredDistanceWithin } from './plain/squared-distance.ts';

const cases = randomMasks(9);

/** As a mask that only dilates by exact distances. */
function plainDilate(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const far = squaredDistanceWithin(mask, shape, spacingMm, radiusMm);
  return Uint8Array.from(far, (d) => (d === Infinity ? 0 : 1));
}
const plainInvert = (mask: Uint8Array) => Uint8Array.from(mask, (value) => (value === 0 ? 1 : 0));
const plainErode: typeof plainDilate = (mask, shape, spacingMm, radiusMm) =>
  plainInvert(plainDilate(plainInvert(mask), shape, spacingMm, radiusMm));

/** The mask with so many empty voxels around it that nothing grows onto its border, and back. */
function plainClose({ mask, shape }: NamedMask, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const pad = spacingMm.map((mm) => Math.floor(radiusMm / mm) + 1) as [number, number, number];
  const wide: Shape3 = [shape[0] + 2 * pad[0], shape[1] + 2 * pad[1], shape[2] + 2 * pad[2]];
  const inWide = Array.from(mask, (_, i) => {
    const [z, y, x] = [
      Math.floor(i / (shape[1] * shape[2])),
      Math.floor(i / shape[2]) % shape[1],
      i % shape[2],
    ];
    return ((z + pad[0]) * wide[1] + y + pad[1]) * wide[2] + x + pad[2];
  });
  const padded = new Uint8Array(wide[0] * wide[1] * wide[2]);
  inWide.forEach((at, i) => {
    padded[at] = mask[i] as number;
  });
  const closed = plainErode(plainDilate(padded, wide, spacingMm, radiusMm), wide, spacingMm, radiusMm);
  return Uint8Array.from(inWide, (at) => closed[at] as number);
}

/** Even and uneven grids, balls that end on a voxel's centre, slices that a ball does not reach. */
const balls: readonly (readonly [SpacingMm, number])[] = [
  [[1, 1, 1], 1],
  [[1, 1, 1], 5],
  [[2, 2.34375, 2.34375], 8],
  [[1e6, 0.7, 0.7], 2.1],
  [[5, 0.5, 0.6], 20],
  [[0.3, 0.1, 0.1], 0.3],
  [[1, 1, 1], 0],
];

describe('masks, many voxels at a time, bit for bit as one by one', () => {
  for (const [spacingMm, radiusMm] of balls) {
    it(`grow and shrink by a ball of ${radiusMm} mm on a grid of ${spacingMm.join(', ')} mm`, () => {
      for (const { name, mask, shape } of cases) {
        const grown = plainDilate(mask, shape, spacingMm, radiusMm);
        assert.deepEqual(dilate(mask, shape, spacingMm, radiusMm), grown, name);
        const eroded = plainErode(mask, shape, spacingMm, radiusMm);
        assert.deepEqual(erode(mask, shape, spacingMm, radiusMm), eroded, name);
      }
    });

    it(`open and close by a ball of ${radiusMm} mm on a grid of ${spacingMm.join(', ')} mm`, () => {
      for (const one of cases) {
        const { name, mask, shape } = one;
        assert.deepEqual(close(mask, shape, spacingMm, radiusMm), plainClose(one, spacingMm, radiusMm), name);
        const eroded = plainErode(mask, shape, spacingMm, radiusMm);
        const opened = plainDilate(eroded, shape, spacingMm, radiusMm);
        // Of a mask that holds all of its rim, a frame around it is no part: compared where none is cut.
        if (mask.some((value) => value === 0))
          assert.deepEqual(open(mask, shape, spacingMm, radiusMm), opened, name);
      }
    });
  }

  it('are parted into components, with their sizes, runs and means', () => {
    const random = seededRandom(3);
    for (const { name, mask, shape } of cases) {
      const plain = plainLabels(mask, shape);
      const parts = findComponents(mask, shape);
      assert.deepEqual(labelsOf(parts, mask.length), plain, name);
      assert.equal(
        parts.count,
        plain.reduce((a, b) => Math.max(a, b), 0),
        name,
      );
      const sizes = new Int32Array(parts.count + 1);
      for (const label of plain) if (label !== 0) sizes[label] = (sizes[label] as number) + 1;
      assert.deepEqual(parts.sizes, sizes, name);
      const values = Int16Array.from(mask, () => random() * 3000 - 1000);
      const means = new Float64Array(parts.count + 1);
      plain.forEach((label, i) => {
        if (label !== 0)
          means[label] = (means[label] as number) + (values[i] as number) / (sizes[label] as number);
      });
      assert.deepEqual(meansOf(parts, values), means, name);
      assert.deepEqual(meansOf(parts, Float64Array.from(values)), means, name);
    }
  });

  it('are flooded from seeds inside and outside them', () => {
    const random = seededRandom(4);
    for (const { name, mask, shape } of cases) {
      const seeds = Array.from({ length: 1 + random() * 4 }, () => Math.floor(random() * mask.length));
      assert.deepEqual(flood(mask, shape, seeds), plainFlood(mask, shape, seeds), name);
      assert.deepEqual(flood(mask, shape, []), new Uint8Array(mask.length), name);
    }
  });

  it('are filled where they enclose something', () => {
    for (const { name, mask, shape } of cases) {
      const inSlices = plainVotes(mask, shape, 'z').map((votes, i) => (votes > 0 || mask[i] !== 0 ? 1 : 0));
      assert.deepEqual(fillHolesInSlices(mask, shape), inSlices, name);
      const enclosed = plainVotes(mask, shape, 'zyx').map((votes, i) => (votes > 1 || mask[i] !== 0 ? 1 : 0));
      assert.deepEqual(fillEnclosed(mask, shape), enclosed, name);
    }
  });

  it('have labels spread in them, the nearest first, of equals the first in reading order', () => {
    const random = seededRandom(5);
    for (const { name, mask, shape } of cases) {
      for (const share of [0.02, 0.5, 1]) {
        const labels = Uint8Array.from(mask, () => (random() < share ? 1 + random() * 5 : 0));
        assert.deepEqual(spreadLabels(labels, mask, shape), plainSpread(labels, mask, shape), name);
      }
    }
  });

  it('are counted, boxed and searched for their end', () => {
    for (const { name, mask, shape } of cases) {
      const counts = new Uint32Array(256);
      for (const label of mask) if (label !== 0) counts[label] = (counts[label] as number) + 1;
      assert.deepEqual(countLabels(mask), counts, name);
      const voxels = [...mask.keys()].filter((i) => mask[i] !== 0);
      const size = shape[1] * shape[2];
      const spans = [
        voxels.map((i) => Math.floor(i / size)),
        voxels.map((i) => Math.floor(i / shape[2]) % shape[1]),
        voxels.map((i) => i % shape[2]),
      ];
      const box = { start: spans.map((at) => Math.min(...at)), end: spans.map((at) => Math.max(...at) + 1) };
      assert.deepEqual(boundingBox(mask, shape), voxels.length === 0 ? undefined : box, name);
      const scan = scanMask(mask);
      for (let start = 0; start < mask.length; start += 7) {
        for (const end of [start, Math.min(mask.length, start + 19), mask.length]) {
          const found = mask.subarray(start, end).indexOf(0);
          assert.equal(nextEmpty(scan, start, end), found < 0 ? end : start + found, name);
        }
      }
    }
  });
});
