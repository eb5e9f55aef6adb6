import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { SliceSlots } from '../../src/dicom/slice-slots.ts';
import { sliceHeader } from './support/headers.ts';

const taken = (slots: SliceSlots, heights: readonly number[]) =>
  heights.map((z) => slots.take(sliceHeader(z)));

describe('slots for slices', () => {
  it('are given in the order of arrival where nothing is expected', () => {
    const slots = new SliceSlots(64);
    assert.deepEqual(taken(slots, [5, 3, 9]), [0, 1, 2]);
    assert.deepEqual(slots.of([2, 0, 1]), [2, 0, 1]);
  });

  it('are those that are expected, each once, whoever else wants one', () => {
    const slots = new SliceSlots(4, (slice) => slice.imagePositionPatient?.[2]);
    // The second 1 and the 7 take what is free, from above, and so does the 3, whose slot is gone by then.
    assert.deepEqual(taken(slots, [1, 1, 7, 3, 0]), [1, 3, 2, 0, 4]);
    assert.deepEqual(slots.of([4, 0, 2, 1, 3]), [4, 1, 2, 3, 0]);
  });

  it('that nobody took come last', () => {
    const slots = new SliceSlots(5, (slice) => slice.imagePositionPatient?.[2]);
    assert.deepEqual(taken(slots, [4, 1]), [4, 1]);
    assert.deepEqual(slots.of([1, 0]), [1, 4, 0, 2, 3]);
  });
});
