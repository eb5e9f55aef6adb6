import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lazyCodecs } from '../../src/dicom/decode-frame.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { axialLayout } from '../../src/dicom/orientation.ts';
import { plainSlices } from '../../src/dicom/plain-slices.ts';
import { sliceDecoder } from '../../src/dicom/slice-decoder.ts';
import { sliceHeader } from './support/headers.ts';

const layout = axialLayout({ row: [1, 0, 0], column: [0, 1, 0] });
const implicit = { transferSyntaxUid: '1.2.840.10008.1.2', rows: 256, columns: 256 };

/** Every 16-bit word once, shuffled by a step that is prime to their number. */
const everyWord = Uint16Array.from({ length: 65_536 }, (_, i) => (i * 40_503) % 65_536);

describe('slices of raw samples', () => {
  it('are voxel by voxel what a worker makes of them', async () => {
    const headers: readonly Partial<InstanceHeader>[] = [
      {},
      { bitsStored: 12, pixelRepresentation: 0, rescaleSlope: 1, rescaleIntercept: -1024 },
      { bitsStored: 16, pixelRepresentation: 1, rescaleSlope: 1, rescaleIntercept: -1024 },
      { bitsStored: 16, pixelRepresentation: 1, pixelPaddingValue: -2000 },
      { bitsStored: 12, pixelPaddingValue: 0, pixelPaddingRangeLimit: 40 },
      { bitsStored: 16, pixelRepresentation: 0, rescaleSlope: 0.4321, rescaleIntercept: -1000.5 },
      { bitsStored: 16, pixelRepresentation: 1, rescaleSlope: 3, rescaleIntercept: 0 },
    ];
    for (const fields of headers) {
      const header = sliceHeader(0, { ...implicit, ...fields });
      // Also at an odd address, as in a code stream's fragment.
      for (const offset of [0, 2, 1]) {
        const bytes = new Uint8Array(everyWord.byteLength + offset);
        bytes.set(new Uint8Array(everyWord.buffer), offset);
        const task = { frame: bytes.subarray(offset), header, layout };
        const plain = plainSlices();
        const slice = new Int16Array(new SharedArrayBuffer(everyWord.byteLength));
        assert.ok(plain.takes(task));
        plain.write(task, slice);
        const copy = { ...task, frame: task.frame.slice() };
        const expected = await sliceDecoder(lazyCodecs)(copy);
        assert.deepEqual(Int16Array.from(slice), expected);
      }
    }
  });

  it('are only those that need no decoder, no turning, no other table and no long time', () => {
    const plain = plainSlices();
    const frame = new Uint8Array(everyWord.byteLength);
    const takes = (fields: Partial<InstanceHeader>, turned = layout) =>
      plain.takes({ frame, header: sliceHeader(0, { ...implicit, ...fields }), layout: turned });
    assert.ok(takes({}));
    assert.ok(takes({ transferSyntaxUid: '1.2.840.10008.1.2.1' }));
    assert.ok(!takes({ transferSyntaxUid: '1.2.840.10008.1.2.2' }), 'big endian');
    assert.ok(!takes({ transferSyntaxUid: '1.2.840.10008.1.2.5' }), 'RLE');
    assert.ok(!takes({ transferSyntaxUid: '1.2.840.10008.1.2.4.80' }), 'JPEG-LS');
    assert.ok(!takes({ bitsAllocated: 8 }));
    assert.ok(!takes({ rows: 2048, columns: 2048 }));
    assert.ok(!takes({}, axialLayout({ row: [-1, 0, 0], column: [0, -1, 0] })));
    plain.write({ frame, header: sliceHeader(0, implicit), layout }, new Int16Array(65_536));
    assert.ok(takes({}));
    assert.ok(!takes({ rescaleIntercept: -1000 }));
  });

  it('are refused as a worker refuses them', () => {
    const frame = new Uint8Array(10);
    const slice = new Int16Array(65_536);
    const write = (header: InstanceHeader) => () => plainSlices().write({ frame, header, layout }, slice);
    assert.throws(write(sliceHeader(0, implicit)), { code: 'pixel-data-length' });
    const { rescaleSlope: _, ...unscaled } = sliceHeader(0, { ...implicit, rows: 1, columns: 5 });
    assert.throws(write(unscaled), { code: 'dicom-invalid' });
  });
});
