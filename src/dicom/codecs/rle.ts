import { decodeFailure } from '../decode-failure.ts';
import type { InstanceHeader } from '../instance-header.ts';

const headerBytes = 64;

/**
 * Decodes one RLE frame (PS3.5 G): a header of 16 integers, then one segment of PackBits a byte plane, the
 * most significant first. Written here because every byte is counted: the library at hand gives a full
 * frame of wrong values for a short one.
 *
 * Errors: `decode-failed` where the segments are not those of the header, or do not fill the frame exactly.
 */
export function decodeRle(stream: Uint8Array, header: InstanceHeader): Uint16Array {
  const planes = header.bitsAllocated / 8;
  const offsets = segmentOffsets(stream, planes);
  if (offsets === undefined) throw decodeFailure(header, 'its segment table is broken');
  const words = new Uint16Array(header.rows * header.columns);
  for (let plane = 0; plane < planes; plane += 1) {
    const segment = stream.subarray(offsets[plane], offsets[plane + 1] ?? stream.length);
    if (!unpackInto(words, segment, 8 * (planes - 1 - plane))) {
      throw decodeFailure(header, 'a segment does not hold one byte for each pixel');
    }
  }
  return words;
}

function segmentOffsets(stream: Uint8Array, planes: number): readonly number[] | undefined {
  if (stream.length < headerBytes) return undefined;
  const view = new DataView(stream.buffer, stream.byteOffset, headerBytes);
  if (view.getUint32(0, true) !== planes) return undefined;
  const offsets = Array.from({ length: planes }, (_, plane) => view.getUint32(4 * (plane + 1), true));
  const inOrder = offsets.every(
    (offset, i) => offset >= (offsets[i - 1] ?? headerBytes) && offset < stream.length,
  );
  return offsets[0] === headerBytes && inOrder ? offsets : undefined;
}

/** PackBits (PS3.5 G.3.1) into one byte plane; false unless the segment gives exactly one byte a pixel. */
function unpackInto(words: Uint16Array, segment: Uint8Array, shift: number): boolean {
  let read = 0;
  let written = 0;
  while (written < words.length) {
    if (read >= segment.length) return false;
    const control = segment[read] as number;
    read += 1;
    if (control === 128) continue;
    const literal = control < 128;
    const count = literal ? control + 1 : 257 - control;
    const bytes = literal ? count : 1;
    if (written + count > words.length || read + bytes > segment.length) return false;
    for (let i = 0; i < count; i += 1) {
      const value = segment[literal ? read + i : read] as number;
      words[written + i] = (words[written + i] as number) | (value << shift);
    }
    written += count;
    read += bytes;
  }
  // A segment is padded to an even length (PS3.5 G.3.1).
  return segment.length - read <= 1;
}
