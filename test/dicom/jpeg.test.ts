import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeFrame, lazyCodecs } from '../../src/dicom/decode-frame.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { type LosslessCoding, losslessJpeg } from '../support/lossless-jpeg.ts';
import { sharedDataMissing } from '../support/shared-data.ts';
import { codeStream } from './support/codec-file.ts';
import { endedAt } from './support/damage.ts';
import { sliceHeader } from './support/headers.ts';

const codecs = lazyCodecs();
const [columns, rows] = [23, 17];
const refused = { code: 'decode-failed' } as const;

/** Samples over the whole range, and a header that fits them. */
function noise(precision: number, change: Partial<InstanceHeader> = {}) {
  const samples = Uint16Array.from(
    { length: rows * columns },
    (_, i) => ((i * 40_503) ^ (i * i * 31)) & (2 ** precision - 1),
  );
  const header = sliceHeader(0, {
    rows,
    columns,
    bitsAllocated: 16,
    bitsStored: precision,
    highBit: precision - 1,
    transferSyntaxUid: '1.2.840.10008.1.2.4.57',
    ...change,
  });
  return { samples, header };
}

function stream(samples: Uint16Array, coding: Partial<LosslessCoding> & { readonly precision: number }) {
  return losslessJpeg(samples, { columns, predictor: 1, pointTransform: 0, ...coding });
}

describe('lossless JPEG', () => {
  // The streams are made by hand from T.81; libjpeg of pylibjpeg gives back the same samples.
  for (const predictor of [1, 2, 3, 4, 5, 6, 7]) {
    it(`is read bit by bit with predictor ${predictor}, of 8, 12 and 16 bits`, async () => {
      for (const precision of [8, 12, 16]) {
        const { samples, header } = noise(precision);
        const coded = stream(samples, { precision, predictor });
        assert.deepEqual([...(await decodeFrame(coded, header, codecs))], [...samples]);
        // The code stream says its predictor: Selection Value 1 in the header is no reason to refuse it.
        const sv1 = { ...header, transferSyntaxUid: '1.2.840.10008.1.2.4.70' };
        assert.deepEqual([...(await decodeFrame(coded, sv1, codecs))], [...samples]);
      }
    });
  }

  it('with a point transform gives the samples without the bits it left out', async () => {
    // T.81 A.4: divided by 2^Pt before, multiplied by it after.
    const { samples, header } = noise(12);
    const words = await decodeFrame(stream(samples, { precision: 12, pointTransform: 2 }), header, codecs);
    assert.deepEqual(
      [...words],
      [...samples].map((sample) => (sample >> 2) << 2),
    );
  });

  it('of signed pixels gives two’s complement of BitsStored', async () => {
    const { samples, header } = noise(16, { pixelRepresentation: 1 });
    const words = await decodeFrame(stream(samples, { precision: 16 }), header, codecs);
    assert.deepEqual([...words], [...samples]);
  });

  it('is refused where the sign is not in the stream, or samples do not fit', async () => {
    const { samples, header } = noise(12);
    const coded = stream(samples, { precision: 12 });
    const signed = { ...header, bitsStored: 16, highBit: 15, pixelRepresentation: 1 } as const;
    await assert.rejects(decodeFrame(coded, signed, codecs), refused);
    const small = { ...header, bitsAllocated: 8, bitsStored: 8, highBit: 7 };
    await assert.rejects(decodeFrame(coded, small, codecs), refused);
  });

  it('is refused with a predictor that does not exist, or in another process', async () => {
    const { samples, header } = noise(12);
    const coded = stream(samples, { precision: 12 });
    const predictor = Uint8Array.from(coded);
    predictor[coded.indexOf(0xda) + 6] = 8;
    await assert.rejects(decodeFrame(predictor, header, codecs), refused);
    for (const process of [0xc0, 0xc1, 0xc2, 0xcb]) {
      const other = Uint8Array.from(coded);
      other[3] = process;
      await assert.rejects(decodeFrame(other, header, codecs), refused);
    }
  });

  it('is refused where marker segments come without end', async () => {
    const { samples, header } = noise(12);
    const coded = stream(samples, { precision: 12 });
    const comments = Buffer.alloc(4 * 2000, Buffer.from([0xff, 0xfe, 0, 2]));
    const long = Buffer.concat([coded.subarray(0, 2), comments, coded.subarray(2)]);
    await assert.rejects(decodeFrame(long, header, codecs), { ...refused, message: /1000 marker segments/ });
  });

  it('may be padded behind its end', async () => {
    const { samples, header } = noise(12);
    const padded = Buffer.concat([stream(samples, { precision: 12 }), Buffer.alloc(3)]);
    assert.deepEqual([...(await decodeFrame(padded, header, codecs))], [...samples]);
  });
});

describe('lossy JPEG', { skip: sharedDataMissing }, () => {
  it('of signed pixels is refused', async () => {
    const extended = await codeStream('1.2.840.10008.1.2.4.51');
    const signed = { ...extended.header, pixelRepresentation: 1 } as const;
    await assert.rejects(decodeFrame(extended.stream, signed, codecs), {
      ...refused,
      message: /lossy JPEG of signed values is ambiguous/,
    });
  });

  it('is refused wherever it breaks off and is ended as if it were whole', async () => {
    for (const uid of ['1.2.840.10008.1.2.4.50', '1.2.840.10008.1.2.4.51']) {
      const { stream: whole, header } = await codeStream(uid);
      for (let length = 700; length < whole.length - 100; length += 7001) {
        const cut = endedAt(whole, length);
        await assert.rejects(decodeFrame(cut, header, lazyCodecs()), refused, `${uid} at ${length}`);
      }
    }
  });
});
