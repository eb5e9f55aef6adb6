import { nextOccupied, scanMask } from './mask-scan.ts';
import { type CtVolume, type Shape3, voxelCount } from './types.ts';

/** A box of voxels [z, y, x]: `start` inclusive, `end` exclusive. */
export interface Box {
  readonly start: Shape3;
  readonly end: Shape3;
}

export function boxShape({ start, end }: Box): Shape3 {
  return [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
}

export function wholeBox(shape: Shape3): Box {
  return { start: [0, 0, 0], end: shape };
}

/**
 * The smallest box around the voxels that are not 0, widened within the array.
 *
 * @param margin voxels, on every side or by axis
 */
export function boundingBox(mask: Uint8Array, shape: Shape3, margin: number | Shape3 = 0): Box | undefined {
  const [depth, height, width] = shape;
  const low: [number, number, number] = [depth, height, width];
  const high: [number, number, number] = [-1, -1, -1];
  const scan = scanMask(mask);
  const voxels = voxelCount(shape);
  // Past everything that is empty four voxels at a time: a scan has 75 million of them.
  for (let i = nextOccupied(scan, 0, voxels); i < voxels; ) {
    // Integers, also in V8's eyes: with Math.floor the indices below are floats to it.
    const row = (i / width) | 0;
    const z = (row / height) | 0;
    const y = row - z * height;
    // No further back than what is known to be in the box.
    const known = row * width + Math.max(high[2], i - row * width);
    const rowEnd = (row + 1) * width;
    let last = rowEnd - 1;
    while (last > known && mask[last] === 0) last--;
    low[0] = Math.min(low[0], z);
    low[1] = Math.min(low[1], y);
    low[2] = Math.min(low[2], i - row * width);
    high[0] = z;
    high[1] = Math.max(high[1], y);
    high[2] = Math.max(high[2], last - row * width);
    i = nextOccupied(scan, rowEnd, voxels);
  }
  if (high[0] < 0) return undefined;
  return widen({ start: low, end: [high[0] + 1, high[1] + 1, high[2] + 1] }, shape, margin);
}

/** A box made larger on every side, by so many voxels or by so many along each axis, within an array. */
export function widen({ start, end }: Box, shape: Shape3, margin: number | Shape3): Box {
  const [z, y, x] = typeof margin === 'number' ? [margin, margin, margin] : margin;
  return {
    start: [Math.max(0, start[0] - z), Math.max(0, start[1] - y), Math.max(0, start[2] - x)],
    end: [Math.min(shape[0], end[0] + z), Math.min(shape[1], end[1] + y), Math.min(shape[2], end[2] + x)],
  };
}

/** The voxels of a box as an array of their own, of the same kind. */
export function crop<T extends Uint8Array | Int16Array>(source: T, shape: Shape3, box: Box): T {
  const voxels = voxelCount(boxShape(box));
  if (source instanceof Uint8Array) {
    const out = new Uint8Array(voxels);
    cropBytes(source, shape, box, out);
    return out as Uint8Array as T;
  }
  const out = new Int16Array(voxels);
  cropInts(source as Int16Array, shape, box, out);
  return out as Int16Array as T;
}

// Voxel by voxel, and a loop for each kind: rows are short, and two views of each cost more than to copy it.
function cropBytes(
  source: Uint8Array,
  [, height, width]: Shape3,
  { start, end }: Box,
  out: Uint8Array,
): void {
  let at = 0;
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const row = (z * height + y) * width;
      for (let x = start[2]; x < end[2]; x++) out[at++] = source[row + x] as number;
    }
  }
}

function cropInts(source: Int16Array, [, height, width]: Shape3, { start, end }: Box, out: Int16Array): void {
  let at = 0;
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const row = (z * height + y) * width;
      for (let x = start[2]; x < end[2]; x++) out[at++] = source[row + x] as number;
    }
  }
}

/** Where in the whole array the voxel of a box lies that has this index in the box. */
export function inWhole(index: number, [, height, width]: Shape3, { start, end }: Box): number {
  const rows = end[1] - start[1];
  const columns = end[2] - start[2];
  const row = Math.floor(index / columns);
  const z = start[0] + Math.floor(row / rows);
  return (z * height + start[1] + (row % rows)) * width + start[2] + (index % columns);
}

/** Calls with the offset of each row of the box in the whole array, in the box, and its length. */
export function eachRow(
  [, height, width]: Shape3,
  { start, end }: Box,
  visit: (whole: number, inBox: number, length: number) => void,
): void {
  const length = end[2] - start[2];
  let inBox = 0;
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      visit((z * height + y) * width + start[2], inBox, length);
      inBox += length;
    }
  }
}

/** What the voxels of a box lie on: the volume's grid, with another first voxel. */
export function gridOfBox(grid: Omit<CtVolume, 'data'>, box: Box): Omit<CtVolume, 'data'> {
  const { originMm, direction, spacingMm } = grid;
  const [z, y, x] = box.start.map((index, axis) => index * (spacingMm[axis] ?? 0)) as [
    number,
    number,
    number,
  ];
  const along = (axis: 0 | 1 | 2) =>
    originMm[axis] + x * direction.x[axis] + y * direction.y[axis] + z * direction.z[axis];
  return { ...grid, shape: boxShape(box), originMm: [along(0), along(1), along(2)] };
}
