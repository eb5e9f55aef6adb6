import { type Box, boxShape, crop } from './box.ts';
import type { Shape3 } from './types.ts';

export interface Blocks {
  readonly data: Int16Array;
  readonly shape: Shape3;
}

/**
 * A volume [z, y, x] shrunk by whole factors: every voxel is the mean of its block (of what is left of it at
 * the far edges), rounded. Voxel k of the result covers source voxels k * factor to (k + 1) * factor - 1.
 *
 * @param box the part of the volume that counts; all of it by default
 */
export function blockMean(
  source: Int16Array,
  shape: Shape3,
  factors: Shape3,
  box: Box = { start: [0, 0, 0], end: shape },
): Blocks {
  const [depth, height, width] = boxShape(box);
  const isWhole = depth === shape[0] && height === shape[1] && width === shape[2];
  const [fz, fy, fx] = factors;
  const small: Shape3 = [Math.ceil(depth / fz), Math.ceil(height / fy), Math.ceil(width / fx)];
  if (fz === 1 && fy === 1 && fx === 1)
    return { data: isWhole ? source : crop(source, shape, box), shape: boxShape(box) };
  const data = new Int16Array(small[0] * small[1] * small[2]);
  const column = new Int32Array(width);
  const starts: number[] = [];
  for (let z = 0, out = 0; z < depth; z += fz) {
    for (let y = 0; y < height; y += fy, out += small[2]) {
      starts.length = 0;
      for (let dz = z; dz < Math.min(z + fz, depth); dz++) {
        for (let dy = y; dy < Math.min(y + fy, height); dy++) {
          starts.push(((box.start[0] + dz) * shape[1] + box.start[1] + dy) * shape[2] + box.start[2]);
        }
      }
      addRows(source, starts, column);
      meanOfColumns(column, fx, starts.length, data, out);
    }
  }
  return { data, shape: small };
}

/**
 * The sum of the rows that start there. Six rows a pass (a block of 2 by 3, the usual one of a thin-sliced scan)
 * are read and added in a third of the time of six passes.
 */
function addRows(source: Int16Array, starts: readonly number[], sums: Int32Array): void {
  sums.fill(0);
  let row = 0;
  for (; row + 5 < starts.length; row += 6) {
    addSix(
      source,
      sums,
      starts[row] as number,
      starts[row + 1] as number,
      starts[row + 2] as number,
      starts[row + 3] as number,
      starts[row + 4] as number,
      starts[row + 5] as number,
    );
  }
  for (; row + 1 < starts.length; row += 2) {
    addTwo(source, sums, starts[row] as number, starts[row + 1] as number);
  }
  if (row < starts.length) addOne(source, sums, starts[row] as number);
}

function addSix(
  source: Int16Array,
  sums: Int32Array,
  a: number,
  b: number,
  c: number,
  d: number,
  e: number,
  f: number,
): void {
  for (let x = 0; x < sums.length; x++) {
    sums[x] =
      (sums[x] as number) +
      (source[a + x] as number) +
      (source[b + x] as number) +
      (source[c + x] as number) +
      (source[d + x] as number) +
      (source[e + x] as number) +
      (source[f + x] as number);
  }
}

function addTwo(source: Int16Array, sums: Int32Array, a: number, b: number): void {
  for (let x = 0; x < sums.length; x++) {
    sums[x] = (sums[x] as number) + (source[a + x] as number) + (source[b + x] as number);
  }
}

function addOne(source: Int16Array, sums: Int32Array, a: number): void {
  for (let x = 0; x < sums.length; x++) sums[x] = (sums[x] as number) + (source[a + x] as number);
}

/**
 * Writes the rounded means of `wide` columns each; of what is left of them at the end.
 *
 * Multiplied by the reciprocal, not divided, which takes twice as long: a mean is a whole number of times 1 / voxels,
 * and a quarter of that, added, keeps the product's last bit away from where it would round otherwise.
 */
function meanOfColumns(column: Int32Array, wide: number, rows: number, data: Int16Array, out: number): void {
  const width = column.length;
  const reciprocal = 1 / (rows * wide);
  const half = 0.5 + reciprocal / 4;
  let x = 0;
  let at = out;
  if (wide === 3) {
    for (; x + 3 <= width; x += 3) {
      const sum = (column[x] as number) + (column[x + 1] as number) + (column[x + 2] as number);
      data[at++] = Math.floor(sum * reciprocal + half);
    }
  }
  for (; x + wide <= width; x += wide) {
    let sum = 0;
    for (let i = x; i < x + wide; i++) sum += column[i] as number;
    data[at++] = Math.floor(sum * reciprocal + half);
  }
  if (x === width) return;
  let sum = 0;
  for (let i = x; i < width; i++) sum += column[i] as number;
  data[at] = Math.round(sum / (rows * (width - x)));
}
