import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeRle } from '../../src/dicom/codecs/rle.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { ctFile, limits } from './support/ct-file.ts';

const { header } = parseInstance(ctFile(0), limits);

/** An RLE frame of these segments, by PS3.5 G.5. */
function rle(...segments: readonly (readonly number[])[]): Uint8Array {
  const table = new Uint32Array(16);
  table[0] = segments.length;
  let offset = 64;
  segments.forEach((segment, i) => {
    table[i + 1] = offset;
    offset += segment.length;
  });
  return Buffer.concat([Buffer.from(table.buffer), ...segments.map((segment) => Buffer.from(segment))]);
}

describe('an RLE frame', () => {
  it('is unpacked plane by plane, most significant first', () => {
    // High bytes: six times 1 (repeat: 257 - 251). Low bytes: literal 1 2 3, no-op, twice 9, literal 4, pad.
    const frame = rle([251, 1], [2, 1, 2, 3, 128, 255, 9, 0, 4, 0]);
    assert.deepEqual([...decodeRle(frame, header)], [257, 258, 259, 265, 265, 260]);
  });

  it('is refused where a segment gives too few or too many bytes, or the table lies', () => {
    const low = [5, 1, 2, 3, 4, 5, 6];
    const lyingOffset = Buffer.from(rle([251, 1], low));
    lyingOffset.writeUInt32LE(0xffff_0000, 8);
    const wrong = [
      rle([252, 1], low),
      rle([250, 1], low),
      rle([251, 1], [5, 1, 2, 3]),
      rle([251, 1], [...low, 0, 0, 0, 0]),
      rle([251, 1]),
      lyingOffset,
      new Uint8Array(10),
    ];
    for (const frame of wrong) assert.throws(() => decodeRle(frame, header), { code: 'decode-failed' });
  });
});
