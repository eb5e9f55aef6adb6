import type { Box } from './box.ts';
import { nextEmpty, nextOccupied, scanMask } from './mask-scan.ts';
import type { Shape3 } from './types.ts';

/**
 * A mask [z, y, x] as one bit a voxel: 32 voxels are looked at, shifted or joined at once. Every row along x
 * starts with a word of its own, its first voxel in the lowest bit; bits beyond the row's end are 0.
 */
export interface BitRows {
  readonly words: Int32Array;
  readonly shape: Shape3;
  readonly wordsPerRow: number;
}

export function emptyRows(shape: Shape3): BitRows {
  const wordsPerRow = (shape[2] + 31) >> 5;
  return { words: new Int32Array(shape[0] * shape[1] * wordsPerRow), shape, wordsPerRow };
}

/**
 * The voxels of a mask in a box as bits.
 *
 * @param pad so many empty voxels are put around them, [z, y, x]
 */
export function packRows(mask: Uint8Array, shape: Shape3, box: Box, pad: Shape3 = [0, 0, 0]): BitRows {
  const [, height, width] = shape;
  const { start, end } = box;
  const rows = emptyRows([
    end[0] - start[0] + 2 * pad[0],
    end[1] - start[1] + 2 * pad[1],
    end[2] - start[2] + 2 * pad[2],
  ]);
  const { words, wordsPerRow } = rows;
  const scan = scanMask(mask);
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const row = (z * height + y) * width;
      const to = ((z - start[0] + pad[0]) * rows.shape[1] + y - start[1] + pad[1]) * wordsPerRow;
      const shift = pad[2] - row - start[2];
      const rowEnd = row + end[2];
      for (let i = nextOccupied(scan, row + start[2], rowEnd); i < rowEnd; ) {
        const runEnd = nextEmpty(scan, i, rowEnd);
        setRun(words, to, i + shift, runEnd + shift);
        i = nextOccupied(scan, runEnd, rowEnd);
      }
    }
  }
  return rows;
}

/** The voxels of a volume [z, y, x] that are below a threshold, as bits. */
export function packBelow(values: Int16Array, shape: Shape3, threshold: number): BitRows {
  const rows = emptyRows(shape);
  const { words, wordsPerRow } = rows;
  const width = shape[2];
  const count = shape[0] * shape[1];
  for (let row = 0; row < count; row++) {
    for (let k = 0; k < wordsPerRow; k++) {
      const start = row * width + 32 * k;
      const end = Math.min(start + 32, (row + 1) * width);
      let word = 0;
      // The sign of a difference is a bit as it stands; bits come in from above, so that the first ends lowest.
      for (let i = start; i < end; i++) {
        word = (word >>> 1) | (((values[i] as number) - threshold) & 0x80000000);
      }
      words[row * wordsPerRow + k] = word >>> (32 - (end - start));
    }
  }
  return rows;
}

/** @param row of all rows, [z, y] */
export function isSet({ words, wordsPerRow }: BitRows, row: number, x: number): boolean {
  return ((words[row * wordsPerRow + (x >> 5)] as number) & (1 << (x & 31))) !== 0;
}

/** Sets the bits `first` to before `end`, one at least, of the row that starts at word `row`. */
export function setRun(words: Int32Array, row: number, first: number, end: number): void {
  const low = row + (first >> 5);
  const high = row + ((end - 1) >> 5);
  const fromFirst = -1 << (first & 31);
  const toLast = -1 >>> (31 - ((end - 1) & 31));
  if (low === high) {
    words[low] = (words[low] as number) | (fromFirst & toLast);
    return;
  }
  words[low] = (words[low] as number) | fromFirst;
  for (let word = low + 1; word < high; word++) words[word] = -1;
  words[high] = (words[high] as number) | toLast;
}

/**
 * Writes 1 into a mask where a bit is set, and leaves the rest of it alone.
 *
 * @param box where in the mask the voxels lie
 * @param pad so many voxels around them are not written, [z, y, x]
 */
export function unpackRows(
  { words, shape, wordsPerRow }: BitRows,
  mask: Uint8Array,
  [, height, width]: Shape3,
  { start, end }: Box,
  pad: Shape3 = [0, 0, 0],
): void {
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const from = ((z - start[0] + pad[0]) * shape[1] + y - start[1] + pad[1]) * wordsPerRow;
      const first = (z * height + y) * width + start[2];
      const rowEnd = first + end[2] - start[2];
      for (let word = 0; word < wordsPerRow; word++) {
        const bits = words[from + word] as number;
        if (bits === 0) continue;
        const at = first - pad[2] + 32 * word;
        const low = Math.max(at, first);
        const high = Math.min(at + 32, rowEnd);
        if (bits === -1) for (let i = low; i < high; i++) mask[i] = 1;
        else for (let i = low; i < high; i++) if ((bits & (1 << (i - at))) !== 0) mask[i] = 1;
      }
    }
  }
}

/** Turns every bit over, in place. */
export function invertRows({ words, shape, wordsPerRow }: BitRows): void {
  const last = lastWord(shape[2]);
  for (let i = 0, word = 1; i < words.length; i++, word++) {
    words[i] = ~(words[i] as number);
    if (word < wordsPerRow) continue;
    words[i] = (words[i] as number) & last;
    word = 0;
  }
}

/** The last word of a row that is full. */
export function lastWord(width: number): number {
  return (-1 >>> ((32 - (width & 31)) & 31)) | 0;
}
