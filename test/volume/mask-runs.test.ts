import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../src/statistics/seeded-random.ts';
import { packBelow, packRows } from '../../src/volume/bit-rows.ts';
import { boundingBox, boxShape, crop, inWhole, wholeBox } from '../../src/volume/box.ts';
import { componentsOfRuns, findComponents } from '../../src/volume/components.ts';
import { labelBoxes } from '../../src/volume/label-boxes.ts';
import { runAt, runsOfBits, runsOfMask } from '../../src/volume/mask-runs.ts';
import { labelsOf } from './plain/labels-of.ts';
import { plainLabels } from './plain/plain-kernels.ts';
import { randomMasks } from './plain/random-masks.ts';

const cases = randomMasks(21);

/** Row by row, voxel by voxel. */
function plainRuns(mask: Uint8Array, width: number): number[][] {
  return Array.from({ length: mask.length / width }, (_, row) => {
    const runs: number[] = [];
    for (let x = 0; x < width; x++) {
      const isIn = mask[row * width + x] !== 0;
      const wasIn = x > 0 && mask[row * width + x - 1] !== 0;
      if (isIn !== wasIn) runs.push(row * width + x);
      if (isIn && x === width - 1) runs.push(row * width + width);
    }
    return runs;
  });
}

describe('the runs of a mask', () => {
  it('are those that are found voxel by voxel, of bytes and of bits', () => {
    for (const { name, mask, shape } of cases) {
      const byRow = plainRuns(mask, shape[2]);
      const before = byRow.map((_, row) => byRow.slice(0, row).flat().length / 2);
      const expected = {
        runs: Int32Array.from(byRow.flat()),
        firstOfRow: Int32Array.from([...before, byRow.flat().length / 2]),
      };
      assert.deepEqual(runsOfMask(mask, shape[2]), expected, name);
      assert.deepEqual(runsOfBits(packRows(mask, shape, wholeBox(shape))), expected, name);
    }
  });

  it('are found by a voxel that they hold, and by no other', () => {
    for (const { name, mask, shape } of cases) {
      const found = runsOfMask(mask, shape[2]);
      for (let voxel = 0; voxel < mask.length; voxel++) {
        const run = runAt(found, Math.floor(voxel / shape[2]), voxel);
        assert.equal(run !== undefined, mask[voxel] !== 0, name);
        if (run === undefined) continue;
        assert.ok((found.runs[2 * run] as number) <= voxel && voxel < (found.runs[2 * run + 1] as number));
      }
    }
  });

  it('have the numbers of the components that they are of', () => {
    for (const { name, mask, shape } of cases) {
      assert.deepEqual(labelsOf(findComponents(mask, shape), mask.length), plainLabels(mask, shape), name);
    }
  });

  it('have components slice by slice where only rows are joined', () => {
    for (const { name, mask, shape } of cases) {
      const components = componentsOfRuns(runsOfMask(mask, shape[2]), shape, 'rows');
      const labels = labelsOf(components, mask.length);
      const size = shape[1] * shape[2];
      let before = 0;
      const expected = Array.from({ length: shape[0] }, (_, z) => {
        const plain = plainLabels(mask.slice(z * size, (z + 1) * size), [1, shape[1], shape[2]]);
        const numbered = plain.map((label) => (label === 0 ? 0 : label + before));
        before += plain.reduce((a, b) => Math.max(a, b), 0);
        return [...numbered];
      });
      assert.deepEqual([...labels], expected.flat(), name);
    }
  });
});

it('bits of what is below a threshold are those of a mask of it', () => {
  const random = seededRandom(5);
  for (const { name, shape, mask } of cases) {
    const hu = Int16Array.from(mask, () => (random() < 0.5 ? -320 : 0) + Math.floor(random() * 3) - 1);
    // The widest differences there are.
    hu[0] = -32768;
    hu[hu.length - 1] = 32767;
    for (const threshold of [-320, 0, 32767, -32768]) {
      const below = Uint8Array.from(hu, (value) => (value < threshold ? 1 : 0));
      const expected = packRows(below, shape, wholeBox(shape));
      assert.deepEqual(packBelow(hu, shape, threshold), expected, `${name}, ${threshold}`);
    }
  }
});

it('each label has the box that a mask of it alone has, and what is cropped lies where it lay', () => {
  const random = seededRandom(6);
  for (const { name, mask, shape } of cases) {
    const labels = mask.map((value) => (value === 0 ? 0 : 1 + Math.floor(random() * 3)));
    const boxes = labelBoxes(labels, shape);
    for (const label of [1, 2, 3, 4]) {
      const alone = labels.map((value) => (value === label ? 1 : 0));
      const box = boxes.get(label);
      assert.deepEqual(box, boundingBox(alone, shape), name);
      if (box === undefined) continue;
      const values = Int16Array.from(labels, (value, i) => value * 1000 - i);
      for (const whole of [labels, values] as readonly (Uint8Array | Int16Array)[]) {
        const part: Uint8Array | Int16Array = crop(whole, shape, box);
        const [depth, height, width] = boxShape(box);
        assert.equal(part.length, depth * height * width);
        const there: unknown[] = Array.from(part, (_, i) => whole[inWhole(i, shape, box)]);
        assert.deepEqual([...part], there, name);
      }
    }
  }
});
