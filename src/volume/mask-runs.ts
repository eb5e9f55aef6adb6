import type { BitRows } from './bit-rows.ts';
import { nextEmpty, nextOccupied, scanMask } from './mask-scan.ts';

/** A mask [z, y, x] as its runs of voxels along x, of which a chest has far fewer than voxels. */
export interface MaskRuns {
  /** Where the runs start and, one past the last, end, in their order: 2 numbers a run, indices in the mask. */
  readonly runs: Int32Array;
  /** For each row of the mask the number of runs before it, and after the last row that of all. */
  readonly firstOfRow: Int32Array;
}

/** The runs of what is not 0. */
export function runsOfMask(mask: Uint8Array, width: number): MaskRuns {
  const rows = width === 0 ? 0 : Math.floor(mask.length / width);
  const firstOfRow = new Int32Array(rows + 1);
  const scan = scanMask(mask);
  let runs = new Int32Array(4096);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    firstOfRow[row] = length >> 1;
    const end = (row + 1) * width;
    for (let i = nextOccupied(scan, row * width, end); i < end; i = nextOccupied(scan, i, end)) {
      if (length === runs.length) runs = twice(runs);
      runs[length++] = i;
      i = nextEmpty(scan, i, end);
      runs[length++] = i;
    }
  }
  firstOfRow[rows] = length >> 1;
  return { runs: runs.slice(0, length), firstOfRow };
}

/** The same of a mask of bits; indices are those of the mask as bytes. */
export function runsOfBits({ words, shape, wordsPerRow }: BitRows): MaskRuns {
  const width = shape[2];
  const rows = shape[0] * shape[1];
  const firstOfRow = new Int32Array(rows + 1);
  let runs = new Int32Array(4096);
  let length = 0;
  for (let row = 0; row < rows; row++) {
    firstOfRow[row] = length >> 1;
    while (length + width + 1 > runs.length) runs = twice(runs);
    let before = 0;
    for (let k = 0; k < wordsPerRow; k++) {
      const word = words[row * wordsPerRow + k] as number;
      // A bit is set where the voxel is not as the one before it: where a run starts or has ended.
      let changes = word ^ ((word << 1) | before);
      before = word >>> 31;
      for (; changes !== 0; changes &= changes - 1) {
        runs[length++] = row * width + 32 * k + 31 - Math.clz32(changes & -changes);
      }
    }
    if (length % 2 === 1) runs[length++] = (row + 1) * width;
  }
  firstOfRow[rows] = length >> 1;
  return { runs: runs.slice(0, length), firstOfRow };
}

/** The number of the run that holds a voxel of a row; undefined where none does. */
export function runAt({ runs, firstOfRow }: MaskRuns, row: number, voxel: number): number | undefined {
  let low = firstOfRow[row] as number;
  let high = firstOfRow[row + 1] as number;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[2 * middle + 1] as number) <= voxel) low = middle + 1;
    else high = middle;
  }
  const isIn = low < (firstOfRow[row + 1] as number) && (runs[2 * low] as number) <= voxel;
  return isIn ? low : undefined;
}

function twice(values: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(values.length * 2);
  larger.set(values);
  return larger;
}
