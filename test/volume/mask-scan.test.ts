import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { nextOccupied, scanMask } from '../../src/volume/mask-scan.ts';
import { occupiedSlices } from '../../src/volume/occupied-slices.ts';

/** The same, one voxel at a time. */
function plainNext(mask: Uint8Array, start: number, end: number): number {
  const found = mask.subarray(start, end).findIndex((value) => value !== 0);
  return found < 0 ? end : start + found;
}

describe('scanning a mask', () => {
  it('finds the next voxel from every start to every end, however the mask lies in memory', () => {
    const buffer = new Uint8Array(48);
    for (const i of [9, 10, 22, 37, 46]) buffer[i] = i;
    for (let offset = 0; offset < 5; offset++) {
      for (const length of [0, 1, 2, 3, 17, 40, 43]) {
        const mask = buffer.subarray(offset, offset + length);
        const scan = scanMask(mask);
        for (let start = 0; start <= length; start++) {
          for (let end = start; end <= length; end++) {
            assert.equal(nextOccupied(scan, start, end), plainNext(mask, start, end));
          }
        }
      }
    }
  });

  it('lists the slices that hold a label', () => {
    const data = new Uint8Array(5 * 9);
    data[9] = 1;
    data[3 * 9 - 1] = 5;
    data[4 * 9 + 4] = 128;
    assert.deepEqual(occupiedSlices({ data, shape: [5, 3, 3] }), [1, 2, 4]);
    assert.deepEqual(occupiedSlices({ data: new Uint8Array(45), shape: [5, 3, 3] }), []);
  });
});
