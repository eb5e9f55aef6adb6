import { type ErrorDetails, LobarError } from '../errors.ts';

/** Items of encapsulated pixel data (PS3.5 A.4), as views. */
export interface EncapsulatedItems {
  /** The first item: the basic offset table, often empty. */
  readonly offsetTable: Uint8Array;
  readonly fragments: readonly Fragment[];
}

export interface Fragment {
  /** Of its item tag, from the item tag of the first fragment: what offset tables speak of. */
  readonly offset: number;
  readonly bytes: Uint8Array;
}

const itemTag = 0xfffe_e000;
const sequenceDelimiterTag = 0xfffe_e0dd;
const itemHead = 8;
/**
 * Writers make one item a frame, or one for each few kilobytes. An instance may have this many whatever its
 * size, and a larger one as many as there would be with this many bytes in each: a hostile instance of nothing
 * but empty items would have millions.
 */
const itemsAlways = 4096;
const bytesPerItem = 512;

/**
 * Reads the items of encapsulated pixel data; `offset` is where the first begins. Errors: `dicom-invalid`
 * where items are broken, break off or are far too many.
 */
export function encapsulatedItems(
  bytes: Uint8Array,
  offset: number,
  details: ErrorDetails,
): EncapsulatedItems {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const maxItems = Math.max(itemsAlways, Math.floor(bytes.length / bytesPerItem));
  const fragments: Fragment[] = [];
  let offsetTable: Uint8Array | undefined;
  let firstFragment = 0;
  let position = offset;
  for (;;) {
    if (position + itemHead > bytes.length) throw broken('its pixel data ends without a delimiter', details);
    const tag = ((view.getUint16(position, true) << 16) | view.getUint16(position + 2, true)) >>> 0;
    const length = view.getUint32(position + 4, true);
    if (tag === sequenceDelimiterTag) break;
    if (tag !== itemTag) throw broken('its pixel data holds something else than items', details);
    if (length > bytes.length - position - itemHead) {
      throw broken('an item of its pixel data declares more bytes than there are', details);
    }
    const end = position + itemHead + length;
    const item = bytes.subarray(position + itemHead, end);
    if (offsetTable === undefined) {
      offsetTable = item;
      firstFragment = end;
    } else {
      if (fragments.length + 1 === maxItems) {
        throw broken(`its pixel data is in more than ${maxItems} items`, details);
      }
      fragments.push({ offset: position - firstFragment, bytes: item });
    }
    position = end;
  }
  if (offsetTable === undefined || fragments.length === 0) {
    throw broken('its pixel data holds no frame', details);
  }
  return { offsetTable, fragments };
}

/** `dicom-invalid` with the instance in the details. */
export function broken(problem: string, details: ErrorDetails): LobarError {
  return new LobarError('dicom-invalid', { problem }, { details });
}
