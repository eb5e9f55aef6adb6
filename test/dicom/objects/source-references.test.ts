import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SourceImage } from '../../../src/dicom/objects/object-facts.ts';
import { framePositions, isAsStored } from '../../../src/dicom/objects/seg/frame-positions.ts';
import { imageReference, sourceReferences } from '../../../src/dicom/objects/source-references.ts';
import { exampleFacts, sliceAt } from './support/example-facts.ts';

const enhanced = '1.2.840.10008.5.1.4.1.1.2.1';
const frame = (frameNumber: number, numberOfFrames: number): SourceImage => ({
  sopClassUid: enhanced,
  sopInstanceUid: '2.25.3000',
  frameNumber,
  numberOfFrames,
});

describe('A reference to what was analysed', () => {
  it('names the frame of an instance that has several (PS3.3 table 10-3)', () => {
    assert.deepEqual(imageReference(frame(5, 8)), {
      ReferencedSOPClassUID: enhanced,
      ReferencedSOPInstanceUID: '2.25.3000',
      ReferencedFrameNumber: 5,
    });
    assert.equal(imageReference(frame(1, 1)).ReferencedFrameNumber, undefined);
  });

  it('is one for each instance, with its frames where not all of them are meant', () => {
    const some = sourceReferences({ sources: [frame(5, 8), frame(4, 8), frame(3, 8)] });
    assert.deepEqual(
      some.map((one) => one.ReferencedFrameNumber),
      [[3, 4, 5]],
    );
    const all = sourceReferences({ sources: [frame(2, 2), frame(1, 2)] });
    assert.deepEqual(
      all.map((one) => one.ReferencedFrameNumber),
      [undefined],
    );
    assert.equal(sourceReferences(exampleFacts).length, 4);
  });

  it('takes an image that does not say its class for a CT image', () => {
    const [one = assert.fail()] = sourceReferences({ sources: [{ ...frame(1, 1), sopClassUid: '' }] });
    assert.equal(one.ReferencedSOPClassUID, '1.2.840.10008.5.1.4.1.1.2');
  });
});

describe('The position of a frame', () => {
  const uneven = [0, 2.6, 4.9, 7.5].map((z, k) => sliceAt(k, [-120.5, -200.25, 1000 + z]));

  it('is that of its image, also where the images do not lie quite evenly', () => {
    const heights = framePositions({ ...exampleFacts, sources: uneven }).map(([, , z]) => z);
    assert.deepEqual(heights, [1000, 1002.6, 1004.9, 1007.5]);
  });

  it('is where the first voxel of a turned image lies', () => {
    // Its first pixel is the patient's leftmost: 9 x 0.5 mm from the volume's first one.
    const sources = uneven.map((one, k) => ({
      ...one,
      imagePositionPatient: [-116, -200.25, 1000 + k * 2.5] as const,
    }));
    assert.deepEqual(framePositions({ ...exampleFacts, sources })[3], [-120.5, -200.25, 1007.5]);
    assert.equal(isAsStored({ ...exampleFacts, sources }), false);
    assert.equal(isAsStored(exampleFacts), true);
  });

  it('is that of the grid where the images do not say', () => {
    const sources = exampleFacts.sources.map(({ imagePositionPatient: _, ...rest }) => rest);
    assert.deepEqual(framePositions({ ...exampleFacts, sources })[2], [-120.5, -200.25, 1005]);
    assert.equal(isAsStored({ ...exampleFacts, sources }), false);
  });
});
