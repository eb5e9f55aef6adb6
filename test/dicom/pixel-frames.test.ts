import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeFrame, lazyCodecs } from '../../src/dicom/decode-frame.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { type PixelDataPlace, parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { ctFile, encapsulated, limits } from './support/ct-file.ts';
import { sliceHeader } from './support/headers.ts';

const jpeg = '1.2.840.10008.1.2.4.70';
const jpeg2000 = '1.2.840.10008.1.2.4.90';
const rle = '1.2.840.10008.1.2.5';
const raw = '1.2.840.10008.1.2.1';
const bigEndian = '1.2.840.10008.1.2.2';
const encapsulatedRaw = '1.2.840.10008.1.2.1.98';

/** The frames of an object of 1 row and 3 columns whose pixel data begins at byte 2. */
function framesOf(
  pixels: Uint8Array,
  change: Partial<InstanceHeader>,
  place: Partial<PixelDataPlace> = {},
): Uint8Array[] {
  const header = sliceHeader(0, { rows: 1, columns: 3, ...change });
  const bytes = new Uint8Array(Buffer.concat([Buffer.alloc(2), pixels]));
  const found = pixelFrames({ bytes, header, frames: [header], pixelData: { offset: 2, ...place } });
  return Array.from({ length: header.numberOfFrames }, (_, i) => found(i + 1));
}

const lists = (frames: readonly Uint8Array[]) => frames.map((frame) => [...frame]);
const malformed = { code: 'dicom-invalid' };

describe('native pixel data', () => {
  const of8Bits = { bitsAllocated: 8, bitsStored: 8, highBit: 7, transferSyntaxUid: raw };

  it('of one frame is a view, of several each frame has a buffer of its own', () => {
    const header = sliceHeader(0, { rows: 1, columns: 3, ...of8Bits });
    const bytes = Uint8Array.of(1, 2, 3, 0);
    const one = pixelFrames({ bytes, header, frames: [header], pixelData: { offset: 0, length: 4 } })(1);
    assert.equal(one.buffer, bytes.buffer);
    const frames = framesOf(
      Uint8Array.of(1, 2, 3, 4, 5, 6),
      { ...of8Bits, numberOfFrames: 2 },
      { length: 6 },
    );
    assert.deepEqual(lists(frames), [
      [1, 2, 3],
      [4, 5, 6],
    ]);
    for (const { buffer, length } of frames) assert.equal(buffer.byteLength, length);
  });

  it('of an odd length may be padded, once behind the last frame', () => {
    const pixels = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 0);
    const frames = framesOf(pixels, { ...of8Bits, numberOfFrames: 3 }, { length: 10 });
    assert.deepEqual(lists(frames)[2], [7, 8, 9]);
  });

  it('is refused where it is not Rows x Columns x Frames, before anything is allocated', () => {
    for (const [numberOfFrames, length] of [
      [2, 10],
      [1, 10],
      [2_000_000_000, 12],
      [2, 0xffff_fff0],
    ] as const) {
      const pixels = new Uint8Array(12);
      const change = { rows: 2, numberOfFrames, transferSyntaxUid: raw };
      assert.throws(() => framesOf(pixels, change, { length }), { code: 'pixel-data-length' });
    }
    for (const numberOfFrames of [0, -1, 1.5]) {
      const change = { numberOfFrames, transferSyntaxUid: raw };
      assert.throws(() => framesOf(new Uint8Array(6), change, { length: 6 }), malformed);
    }
  });

  it('in big endian is read word by word, single bytes too where they were written as words', async () => {
    const decode = async (pixels: Uint8Array, change: Partial<InstanceHeader>, vr: string) => {
      const header = sliceHeader(0, { rows: 1, columns: 3, transferSyntaxUid: bigEndian, ...change });
      const [frame = new Uint8Array(0)] = framesOf(pixels, header, { length: pixels.length, vr });
      return [...(await decodeFrame(frame, header, lazyCodecs()))];
    };
    assert.deepEqual(await decode(Uint8Array.of(1, 0, 2, 0, 3, 4), {}, 'OW'), [256, 512, 772]);
    const bytes = { ...of8Bits, transferSyntaxUid: bigEndian };
    assert.deepEqual(await decode(Uint8Array.of(1, 2, 3, 0), bytes, 'OB'), [1, 2, 3]);
    // PS3.5 A.3: the words 0x0201 and 0x0003.
    assert.deepEqual(await decode(Uint8Array.of(2, 1, 0, 3), bytes, 'OW'), [1, 2, 3]);
  });

  it('is left as it lies', () => {
    const pixels = Buffer.from([1, 0, 2, 0, 3, 4]);
    framesOf(pixels, { transferSyntaxUid: bigEndian }, { length: 6, vr: 'OW' });
    assert.deepEqual([...pixels], [1, 0, 2, 0, 3, 4]);
  });
});

describe('encapsulated pixel data', () => {
  const [a, b, c] = [Buffer.from([1, 2]), Buffer.from([3, 4, 5, 6]), Buffer.from([7, 8])];
  const two = { numberOfFrames: 2, transferSyntaxUid: rle };

  it('of one frame is joined from its fragments, with an offset table and without', () => {
    for (const table of [[], [0]]) {
      const pixels = encapsulated([a, b, c], table);
      assert.deepEqual(lists(framesOf(pixels, { transferSyntaxUid: rle })), [[1, 2, 3, 4, 5, 6, 7, 8]]);
    }
  });

  it('of one fragment a frame needs no table', () => {
    assert.deepEqual(lists(framesOf(encapsulated([a, b]), two)), [
      [1, 2],
      [3, 4, 5, 6],
    ]);
  });

  it('is divided by its basic offset table', () => {
    // The second fragment begins 8 + 2 bytes after the first, the third 8 + 4 after that.
    assert.deepEqual(lists(framesOf(encapsulated([a, b, c], [0, 22]), two)), [
      [1, 2, 3, 4, 5, 6],
      [7, 8],
    ]);
    assert.deepEqual(lists(framesOf(encapsulated([a, b, c], [0, 10]), two))[1], [3, 4, 5, 6, 7, 8]);
  });

  it('is refused where the basic offset table does not fit', () => {
    for (const table of [[0], [0, 11], [10, 22], [22, 0], [0, 0], [0, 10, 22], [0, 0xffff_fff0]]) {
      assert.throws(() => framesOf(encapsulated([a, b, c], table), two), malformed, `${table}`);
    }
    assert.throws(() => framesOf(encapsulated([a, b], [4]), { transferSyntaxUid: rle }), malformed);
  });

  it('is divided by its extended offset table, which leaves padding out', () => {
    const extended = (offsets: readonly bigint[], lengths: readonly bigint[]) => {
      const tables = Buffer.from(BigUint64Array.from([...offsets, ...lengths]).buffer);
      const pixels = Buffer.concat([encapsulated([a, b]), tables]);
      const start = 2 + pixels.length - tables.length;
      return framesOf(pixels, two, {
        extendedOffsets: { offset: start, length: 8 * offsets.length },
        extendedLengths: { offset: start + 8 * offsets.length, length: 8 * lengths.length },
      });
    };
    assert.deepEqual(lists(extended([0n, 10n], [2n, 3n])), [
      [1, 2],
      [3, 4, 5],
    ]);
    const wrong = [
      [[0n], [2n]],
      [[0n, 10n], [2n]],
      [
        [0n, 10n],
        [2n, 5n],
      ],
      [
        [0n, 10n],
        [2n, 2n],
      ],
      [
        [0n, 12n],
        [2n, 4n],
      ],
      [
        [0n, 2n ** 63n],
        [2n, 4n],
      ],
    ] as const;
    for (const [offsets, lengths] of wrong) assert.throws(() => extended(offsets, lengths), malformed);
  });

  it('of more fragments than frames is divided where code streams end and begin', () => {
    const jpegStart = Buffer.from([0xff, 0xd8, 0xff, 0xc3]);
    const soc = Buffer.from([0xff, 0x4f, 0xff, 0x51]);
    const end = Buffer.from([9, 0xff, 0xd9, 0]);
    for (const [start, transferSyntaxUid] of [
      [jpegStart, jpeg],
      [soc, jpeg2000],
    ] as const) {
      const pixels = encapsulated([start, a, end, start, end]);
      assert.deepEqual(lists(framesOf(pixels, { numberOfFrames: 2, transferSyntaxUid })), [
        [...start, ...a, ...end],
        [...start, ...end],
      ]);
      // Bytes that look like a start in the middle of a stream are none.
      const inside = encapsulated([start, start, end, start, end]);
      assert.equal(framesOf(inside, { numberOfFrames: 2, transferSyntaxUid })[0]?.length, 12);
      const change = { numberOfFrames: 4, transferSyntaxUid };
      assert.throws(() => framesOf(pixels, change), malformed);
    }
    assert.throws(() => framesOf(encapsulated([a, b, c]), two), malformed);
  });

  it('is refused where there are fewer fragments than frames', () => {
    assert.throws(() => framesOf(encapsulated([a, b]), { ...two, numberOfFrames: 2_000_000_000 }), malformed);
  });

  it('may be uncompressed, an odd frame padded', () => {
    const change = { bitsAllocated: 8, bitsStored: 8, highBit: 7, transferSyntaxUid: encapsulatedRaw };
    const pixels = encapsulated([Buffer.from([1, 2, 3, 0]), Buffer.from([4, 5, 6, 0])]);
    assert.deepEqual(lists(framesOf(pixels, { ...change, numberOfFrames: 2 })), [
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('may be in some thousand items, not in millions of empty ones', () => {
    const pieces = Array.from({ length: 4095 }, (_, i) => Buffer.from([i & 255, i >> 8]));
    const [whole = new Uint8Array(0)] = framesOf(encapsulated(pieces), { transferSyntaxUid: rle });
    assert.deepEqual(Buffer.from(whole), Buffer.concat(pieces));
    const many = Array.from({ length: 5000 }, () => Buffer.alloc(600));
    assert.equal(framesOf(encapsulated(many), { ...two, numberOfFrames: 5000 }).length, 5000);
    // 64 MiB, the largest instance by default, of items without a byte; one item for 512 bytes is the most.
    const empty = Buffer.alloc(64 * 2 ** 20, Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]));
    assert.throws(() => framesOf(empty, { transferSyntaxUid: rle }), { message: /more than 131072 items/ });
  });

  it('is refused where an item lies about its length, or there is no frame, or something else', () => {
    const lying = encapsulated([a, b, c]);
    lying.writeUInt32LE(0x7fff_fff0, 12);
    const strange = encapsulated([a, b, c]);
    strange.writeUInt16LE(0x0010, 8);
    const brokenOff = encapsulated([a, b, c]).subarray(0, -8);
    for (const pixels of [lying, strange, encapsulated([]), brokenOff, Buffer.alloc(0)]) {
      assert.throws(() => framesOf(pixels, { transferSyntaxUid: rle }), malformed);
    }
    assert.throws(() => framesOf(encapsulated([a]), { transferSyntaxUid: rle }, { length: 26 }), malformed);
  });
});

describe('an instance without pixel data', () => {
  it('is refused', () => {
    const { pixelData: _, ...none } = parseInstance(ctFile(0), limits);
    assert.throws(() => pixelFrames(none), { code: 'pixel-data-length' });
  });
});
