import type { Field } from './body.ts';

/**
 * The cells of one layer of a field, between two neighbouring planes of values, through which the surface runs:
 * only they need be looked at. A cell has a value at each of its eight corners.
 */
export interface CellLayer {
  /** By column of cells along x: how many there are. */
  readonly counts: Int32Array;
  /** The y of each, from front to back, [x, n]. */
  readonly ys: Int32Array;
}

/** @param z of the lower plane of values */
export function cellLayer({ values, shape: [, height, width] }: Field, z: number): CellLayer {
  const counts = new Int32Array(width);
  const ys = new Int32Array(width * height);
  let before = new Uint8Array(width);
  let here = new Uint8Array(width);
  for (let y = 0; y < height; y++) {
    let low = (z * height + y) * width;
    let high = low + height * width;
    let last = 0;
    for (let x = 0; x < width; x++) {
      const both = ((values[low++] as number) >= 0.5 ? 1 : 0) + ((values[high++] as number) >= 0.5 ? 1 : 0);
      // Of the cell that ends here along x: how many of its four corners at this y lie inside.
      here[x] = last + both;
      last = both;
      const inside = (here[x] as number) + (before[x] as number);
      if (y > 0 && x > 0 && inside !== 0 && inside !== 8) {
        const column = x - 1;
        ys[column * height + (counts[column] as number)] = y - 1;
        counts[column] = (counts[column] as number) + 1;
      }
    }
    [before, here] = [here, before];
  }
  return { counts, ys };
}
