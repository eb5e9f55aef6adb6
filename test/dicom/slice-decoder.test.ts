import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lazyCodecs } from '../../src/dicom/decode-frame.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { axialLayout } from '../../src/dicom/orientation.ts';
import { sliceDecoder } from '../../src/dicom/slice-decoder.ts';
import { sharedDataMissing } from '../support/shared-data.ts';
import { codeStream } from './support/codec-file.ts';
import { damage } from './support/damage.ts';
import { sliceHeader } from './support/headers.ts';

const layout = axialLayout({ row: [1, 0, 0], column: [0, 1, 0] });

describe('a decoder of slices', () => {
  it('opens its codecs anew after one gave up, not after a stream was refused unread', async () => {
    let opened = 0;
    const failing = () => {
      opened += 1;
      return { ...lazyCodecs(), 'jpeg-ls': () => Promise.reject(new Error('out of memory')) };
    };
    const decode = sliceDecoder(failing);
    const header = (last: string): InstanceHeader =>
      sliceHeader(0, { rows: 1, columns: 1, transferSyntaxUid: `1.2.840.10008.1.2.4.${last}` });
    const frame = new Uint8Array(2);
    await assert.rejects(decode({ frame, header: header('70'), layout }), { code: 'decode-failed' });
    assert.equal(opened, 1);
    await assert.rejects(decode({ frame, header: header('80'), layout }), { code: 'decode-failed' });
    assert.equal(opened, 2);
  });

  it('gives the next image of every kind after a damaged one', { skip: sharedDataMissing }, async () => {
    const decode = sliceDecoder(lazyCodecs);
    for (const last of ['4.50', '4.51', '4.57', '4.70', '4.80', '4.81', '4.90', '4.91', '5']) {
      const { stream, header } = await codeStream(`1.2.840.10008.1.2.${last}`);
      const before = await decode({ frame: stream, header, layout });
      for (const change of Object.values(damage)) {
        await assert.rejects(decode({ frame: change(stream), header, layout }), { code: 'decode-failed' });
        assert.deepEqual(await decode({ frame: stream, header, layout }), before, last);
      }
    }
  });
});
