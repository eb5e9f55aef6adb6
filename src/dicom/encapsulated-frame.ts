import { type ErrorDetails, LobarError } from '../errors.ts';

const itemTag = 0xfffe_e000;
const sequenceDelimiterTag = 0xfffe_e0dd;
/**
 * Items of one frame. Writers make one, or one for each few tens of kilobytes: an image of 8 MiB in items of
 * 2 KiB still has fewer. A hostile instance of nothing but empty items would have millions.
 */
const maxItems = 4096;

/**
 * The code stream of the one frame in encapsulated pixel data (PS3.5 A.4): the fragments that follow the
 * basic offset table, joined. One fragment is given as a view, several are copied.
 *
 * `offset` is where the first item begins. Errors: `dicom-invalid` where items are broken, missing or far too
 * many.
 */
export function encapsulatedFrame(bytes: Uint8Array, offset: number, details: ErrorDetails): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const items: Uint8Array[] = [];
  let position = offset;
  for (;;) {
    if (position + 8 > bytes.length) throw broken('its pixel data ends without a delimiter', details);
    const tag = (view.getUint16(position, true) << 16) | view.getUint16(position + 2, true);
    const length = view.getUint32(position + 4, true);
    position += 8;
    if (tag >>> 0 === sequenceDelimiterTag) break;
    if (tag >>> 0 !== itemTag) throw broken('its pixel data holds something else than items', details);
    if (length > bytes.length - position) {
      throw broken('an item of its pixel data declares more bytes than there are', details);
    }
    if (items.length === maxItems) throw broken(`its pixel data is in more than ${maxItems} items`, details);
    items.push(bytes.subarray(position, position + length));
    position += length;
  }
  const [, first, ...more] = items;
  if (first === undefined) throw broken('its pixel data holds no frame', details);
  return more.length === 0 ? first : concatenate([first, ...more]);
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let position = 0;
  for (const part of parts) {
    joined.set(part, position);
    position += part.length;
  }
  return joined;
}

function broken(problem: string, details: ErrorDetails): LobarError {
  return new LobarError('dicom-invalid', { problem }, { details });
}
