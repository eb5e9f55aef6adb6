import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { imageNumbers } from '../../../src/analysis/reporting/image-numbers.ts';
import { sliceHeader } from '../../dicom/support/headers.ts';

describe('the number of an image', () => {
  it('is that of its instance, whatever its place in the volume', () => {
    const headers = [sliceHeader(0, { instanceNumber: 275 }), sliceHeader(1, { instanceNumber: 83 })];
    assert.deepEqual(imageNumbers(headers), [275, 83]);
  });

  it('is that of its frame, where an instance has several', () => {
    const frame = { sopInstanceUid: '2.25.5', numberOfFrames: 2, instanceNumber: 1 };
    const headers = [2, 1].map((frameNumber) => sliceHeader(0, { ...frame, frameNumber }));
    assert.deepEqual(imageNumbers(headers), [2, 1]);
  });

  it('is not known where the instance has none, nor where frames of several would have the same', () => {
    assert.deepEqual(imageNumbers([sliceHeader(0)]), [undefined]);
    const headers = ['2.25.5', '2.25.6'].map((sopInstanceUid) =>
      sliceHeader(0, { sopInstanceUid, numberOfFrames: 20, frameNumber: 7, instanceNumber: 1 }),
    );
    assert.deepEqual(imageNumbers(headers), [undefined, undefined]);
  });
});
