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

/**
 * The layers of a field, by the z of the lower plane of values. One is good until the next is asked for: they share
 * their memory, as a field has a hundred.
 */
export function cellLayers(field: Field): (z: number) => CellLayer {
  const [, height, width] = field.shape;
  const layer = { counts: new Int32Array(width), ys: new Int32Array(width * height) };
  const scratch = { before: new Uint8Array(width), here: new Uint8Array(width) };
  const rows = rowsInside(field);
  let at = -1;
  return (z) => {
    if (z === at) return layer;
    at = z;
    fillLayer(field, rows, z, layer, scratch);
    return layer;
  };
}

/** Of each row of values [z, y]: 1 where one of them is inside. Most rows of vessels and airways have none. */
function rowsInside({ values, shape: [depth, height, width] }: Field): Uint8Array {
  const rows = new Uint8Array(depth * height);
  for (let row = 0, i = 0; row < rows.length; row++) {
    const end = (row + 1) * width;
    for (i = row * width; i < end; i++) {
      if ((values[i] as number) >= 0.5) {
        rows[row] = 1;
        break;
      }
    }
  }
  return rows;
}

function fillLayer(
  { values, shape: [, height, width] }: Field,
  rows: Uint8Array,
  z: number,
  { counts, ys }: CellLayer,
  scratch: { readonly before: Uint8Array; readonly here: Uint8Array },
): void {
  let { before, here } = scratch;
  counts.fill(0);
  before.fill(0);
  for (let y = 0; y < height; y++) {
    const isEmpty = rows[z * height + y] === 0 && rows[(z + 1) * height + y] === 0;
    if (isEmpty) {
      here.fill(0);
      if (y === 0 || (rows[z * height + y - 1] === 0 && rows[(z + 1) * height + y - 1] === 0)) continue;
    }
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
}
