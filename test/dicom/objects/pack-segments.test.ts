import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packSegments } from '../../../src/dicom/objects/seg/pack-segments.ts';
import type { Shape3 } from '../../../src/volume/types.ts';
import { labelsOf } from '../../support/small-volume.ts';

const bitsOf = (bytes: Uint8Array) =>
  [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1)).join('');

/** Layout of bits: PS3.5 8.1.1 and D.1; the expected ones are counted out by hand. */
describe('Masks packed as segments', () => {
  it('are one bit a voxel, the first the lowest of its byte, by segment and from feet to head', () => {
    const lobes = labelsOf([2, 2, 8], (z, y, x) => (z === 0 && y === 0 ? 3 : z === 1 && x < 3 ? 1 : 0));
    const opacities = labelsOf([2, 2, 8], (z, y, x) => (z === 1 && y === 1 && x === 2 ? 1 : 0));
    const { frames, bits } = packSegments(lobes, opacities);
    assert.deepEqual(frames, [
      { segment: 1, slice: 1 },
      { segment: 3, slice: 0 },
      { segment: 6, slice: 1 },
    ]);
    assert.deepEqual([...bits], [0b111, 0b111, 0xff, 0, 0, 0b100]);
  });

  it('follow one another without padding where a frame does not end at a byte', () => {
    const shape: Shape3 = [2, 1, 5];
    const lobes = labelsOf(shape, (z, _, x) => (x === z ? 2 : 5));
    const { frames, bits } = packSegments(
      lobes,
      labelsOf(shape, () => 0),
    );
    assert.deepEqual(
      frames.map(({ segment, slice }) => [segment, slice]),
      [
        [2, 0],
        [2, 1],
        [5, 0],
        [5, 1],
      ],
    );
    assert.equal(bitsOf(bits), '10000' + '01000' + '01111' + '10111' + '0000');
  });

  it('have no frame where there is nothing', () => {
    const nothing = labelsOf([3, 4, 4], () => 0);
    assert.deepEqual(packSegments(nothing, nothing), { frames: [], bits: new Uint8Array(0) });
  });

  it('are the same for sizes that are read by words and for those that are not', () => {
    const label = (z: number, y: number, x: number) => (z * 7 + y * 3 + (x >> 2)) % 6;
    for (const [rows, columns] of [
      [8, 16],
      [7, 13],
      [6, 6],
      [1, 1],
    ] as const) {
      const shape: Shape3 = [3, rows, columns];
      const [lobes, opacities] = [labelsOf(shape, label), labelsOf(shape, (z, y, x) => (z + y + x) % 2)];
      const { frames, bits } = packSegments(lobes, opacities);
      const voxels = rows * columns;
      const expected = frames.map(({ segment, slice }) =>
        Array.from({ length: voxels }, (_, i) => {
          const voxel = slice * voxels + i;
          return segment === 6 ? opacities.data[voxel] : Number(lobes.data[voxel] === segment);
        }).join(''),
      );
      assert.equal(bitsOf(bits).slice(0, frames.length * voxels), expected.join(''));
      assert.ok(expected.every((frame) => frame.includes('1')));
    }
  });
});
