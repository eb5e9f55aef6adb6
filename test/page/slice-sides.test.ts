import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { sliceSides } from '../../src/page/files/slice-sides.ts';

describe('Sides of a slice in the preview', () => {
  it('follow from its orientation in the frame of the patient, in which x grows to the left (PS3.3 C.7.6.2.1.1)', () => {
    assert.deepEqual(sliceSides([1, 0, 0, 0, 1, 0]), { left: 'R', right: 'L', top: 'A', bottom: 'P' });
    // Prone, or turned: rows run to the right, columns to the front.
    assert.deepEqual(sliceSides([-1, 0, 0, 0, -1, 0]), { left: 'L', right: 'R', top: 'P', bottom: 'A' });
    assert.deepEqual(sliceSides([0.98, 0.17, 0, 0, 0, -1]), { left: 'R', right: 'L', top: 'H', bottom: 'F' });
    assert.equal(sliceSides([Number.NaN]), undefined);
    assert.equal(sliceSides([0]), undefined);
  });
});
