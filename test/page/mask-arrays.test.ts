import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { labelDrawer } from '../../src/page/viewer/drawn-labels.ts';
import {
  lungsAlone,
  mostAffected,
  notBelow,
  outlines,
  type Size,
  surfaces,
} from '../../src/page/viewer/mask-arrays.ts';

/** Two slices of 6 x 5, x fastest: a block of 4 x 3 of label 1 in the first, its right half in the second. */
const size: Size = [6, 5, 2];
const block = Uint8Array.from(
  [
    ['000000', '011110', '011110', '011110', '000000'],
    ['000000', '000110', '000110', '000110', '000000'],
  ].flatMap((slice) => [...slice.join('')].map(Number)),
);
const drawn = (labels: Uint8Array) => {
  const text = [...labels].join('');
  return [0, 1].map((z) => [0, 1, 2, 3, 4].map((y) => text.slice(z * 30 + y * 6, z * 30 + y * 6 + 6)));
};

describe('Masks in the viewer', () => {
  it('outlines a region in the plane that is seen', () => {
    assert.deepEqual(drawn(outlines(block, size, 2)), [
      ['000000', '011110', '010010', '011110', '000000'],
      ['000000', '000110', '000110', '000110', '000000'],
    ]);
  });

  it('outlines as wide as is asked for along each axis', () => {
    // Two voxels from the right and the left leave nothing of four.
    assert.deepEqual(drawn(outlines(block, size, 2, [2, 1, 1]))[0], drawn(block)[0]);
  });

  it('leaves out what is below another mask', () => {
    const above = block.map((_, i) => (i === 7 ? 1 : 0));
    const left = notBelow(block, above);
    assert.equal(left[7], 0);
    assert.equal(left[8], 1);
    assert.equal(block[7], 1);
  });

  it('outlines where two labels meet on both sides', () => {
    const two = block.map((label, i) => (label === 1 && i % 6 > 2 ? 2 : label));
    assert.deepEqual(drawn(outlines(two, size, 2))[0], ['000000', '011220', '011220', '011220', '000000']);
  });

  it('keeps of a block nothing but its surface', () => {
    const cube = new Uint8Array(125);
    for (let z = 1; z < 4; z += 1) {
      for (let y = 1; y < 4; y += 1) for (let x = 1; x < 4; x += 1) cube[z * 25 + y * 5 + x] = 1;
    }
    const surface = surfaces(cube, [5, 5, 5]);
    // 3 x 3 x 3 without its centre.
    assert.equal(
      surface.reduce((sum, one) => sum + one, 0),
      26,
    );
    assert.equal(surface[2 * 25 + 2 * 5 + 2], 0);
  });

  it('finds outlines once, however often they are drawn', () => {
    const drawn = labelDrawer(block, size);
    const outlined = drawn(2);
    assert.deepEqual(outlined, outlines(block, size, 2));
    // The same array: nothing was computed anew.
    assert.equal(drawn(2), outlined);
    assert.equal(drawn('filled'), block);
    assert.equal(drawn(2), outlined);
    assert.deepEqual(drawn('surfaces'), surfaces(block, size));
    assert.deepEqual(drawn(0), outlines(block, size, 0));
  });

  it('finds the slice with most opacity inside the lungs, and a voxel inside of it', () => {
    // A ring in the second slice, whose middle is empty, beside a single voxel in the first.
    const ring = Uint8Array.from(
      [
        ['000000', '010000', '000000', '000000', '000000'],
        ['000000', '001110', '001010', '001110', '000000'],
      ].flatMap((slice) => [...slice.join('')].map(Number)),
    );
    // The middle of its first row, which is as long as its last.
    assert.deepEqual(mostAffected(ring, undefined, size), [3, 1, 1]);
    // Outside the lungs it does not count.
    const lungs = ring.map((_, i) => (i < 30 ? 1 : 0));
    assert.deepEqual(mostAffected(ring, lungs, size), [1, 1, 0]);
    assert.equal(mostAffected(new Uint8Array(60), undefined, size), undefined);
  });

  it('leaves nothing but lungs', () => {
    const volume = Int16Array.from({ length: 60 }, (_, i) => i);
    const alone = lungsAlone(volume, block, -1024);
    assert.equal(alone[7], 7);
    assert.equal(alone[0], -1024);
    assert.equal(volume[0], 0);
  });
});
