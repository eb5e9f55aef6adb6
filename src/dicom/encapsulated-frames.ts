import type { ErrorDetails } from '../errors.ts';
import { broken, type EncapsulatedItems, type Fragment } from './encapsulated-items.ts';

/** Values of Extended Offset Table (7FE0,0001) and its Lengths (7FE0,0002): little-endian 64-bit integers. */
export interface ExtendedTable {
  readonly offsets: Uint8Array;
  readonly lengths: Uint8Array;
}

/** The fragments of one frame. */
export type FrameFragments = readonly Fragment[];

interface FrameSearch {
  readonly frames: number;
  readonly extendedTable: ExtendedTable | undefined;
  /** Whether code streams have marks at start and end by which frames can be told apart. */
  readonly hasMarks: boolean;
  readonly details: ErrorDetails;
}

/**
 * Which fragments make each frame, [frames] (PS3.5 A.4): by the extended or the basic offset table where there
 * is one, else one fragment a frame, else by the marks of the code streams.
 *
 * Errors: `dicom-invalid` where a table does not fit the items, or frames cannot be told apart.
 */
export function encapsulatedFrames(
  { offsetTable, fragments }: EncapsulatedItems,
  { frames, extendedTable, hasMarks, details }: FrameSearch,
): readonly FrameFragments[] {
  if (fragments.length < frames) {
    throw broken(`its pixel data holds ${fragments.length} fragments for ${frames} frames`, details);
  }
  if (extendedTable !== undefined) return byExtendedTable(fragments, extendedTable, frames, details);
  if (offsetTable.length > 0) {
    return byStarts(fragments, numbers(offsetTable, 4, frames, details), frames, details);
  }
  if (frames === 1) return [fragments];
  if (fragments.length === frames) return fragments.map((fragment) => [fragment]);
  if (!hasMarks)
    throw broken('its fragments are more than its frames, and no offset table says which', details);
  const starts = fragments.filter((_, i) => beginsFrame(fragments, i)).map(({ offset }) => offset);
  return byStarts(fragments, starts, frames, details);
}

/** PS3.3 C.7.6.3.1.8: 64-bit offsets and lengths, each frame in one fragment. */
function byExtendedTable(
  fragments: readonly Fragment[],
  table: ExtendedTable,
  frames: number,
  details: ErrorDetails,
): readonly FrameFragments[] {
  const lengths = numbers(table.lengths, 8, frames, details);
  const found = byStarts(fragments, numbers(table.offsets, 8, frames, details), frames, details);
  return found.map(([fragment, ...more], i) => {
    const { length = 0 } = fragment?.bytes ?? {};
    const coded = lengths[i] ?? -1;
    // A fragment is padded to an even length.
    if (fragment === undefined || more.length > 0 || length - coded > 1 || coded > length) {
      throw broken('its extended offset table does not fit its pixel data', details);
    }
    return [{ ...fragment, bytes: fragment.bytes.subarray(0, coded) }];
  });
}

/** One little-endian unsigned integer a frame, of 4 or 8 bytes; offset tables in big endian do not exist. */
function numbers(bytes: Uint8Array, size: 4 | 8, frames: number, details: ErrorDetails): readonly number[] {
  if (bytes.length !== size * frames) {
    throw broken(`an offset table of its pixel data has ${bytes.length} bytes for ${frames} frames`, details);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (i: number) =>
    size === 4 ? view.getUint32(4 * i, true) : Number(view.getBigUint64(8 * i, true));
  return Array.from({ length: frames }, (_, i) => at(i));
}

/** Frames that begin at these offsets, each with the fragments up to the next. */
function byStarts(
  fragments: readonly Fragment[],
  starts: readonly number[],
  frames: number,
  details: ErrorDetails,
): readonly FrameFragments[] {
  const found: Fragment[][] = [];
  for (const fragment of fragments) {
    if (fragment.offset === starts[found.length]) found.push([]);
    found.at(-1)?.push(fragment);
  }
  const [first] = starts;
  if (first !== 0 || starts.length !== frames || found.length !== frames) {
    throw broken(`its pixel data does not divide into its ${frames} frames`, details);
  }
  return found;
}

/**
 * A code stream of JPEG or JPEG-LS begins with SOI, one of JPEG 2000 with SOC and SIZ, and both end with the
 * marker 0xFFD9, which compressed data never holds; padding may follow it.
 */
function beginsFrame(fragments: readonly Fragment[], index: number): boolean {
  const { bytes } = fragments[index] as Fragment;
  const before = fragments[index - 1]?.bytes;
  const isStart =
    bytes[0] === 0xff &&
    ((bytes[1] === 0xd8 && bytes[2] === 0xff) || (bytes[1] === 0x4f && bytes[2] === 0xff));
  return index === 0 || (isStart && before !== undefined && endsFrame(before));
}

function endsFrame(bytes: Uint8Array): boolean {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes[end - 2] === 0xff && bytes[end - 1] === 0xd9;
}
