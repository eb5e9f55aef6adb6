import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { arrangeSlices } from '../../src/dicom/arrange-slices.ts';

describe('slices in the order of their arrival', () => {
  it('are put into any order in place', async () => {
    for (const slots of [[0], [0, 1, 2, 3], [3, 2, 1, 0], [1, 2, 3, 0], [2, 0, 1, 3], [1, 0, 3, 2]]) {
      // Slot s holds the value s twice; afterwards slice k must hold slots[k].
      const volume = Int16Array.from(slots.flatMap((_, slot) => [slot, slot]));
      await arrangeSlices(volume, 2, slots);
      assert.deepEqual(
        [...volume],
        slots.flatMap((slot) => [slot, slot]),
      );
    }
  });
});
