import { type CtVolume, type Shape3, voxelCount } from './types.ts';

/** A box of voxels [z, y, x]: `start` inclusive, `end` exclusive. */
export interface Box {
  readonly start: Shape3;
  readonly end: Shape3;
}

export function boxShape({ start, end }: Box): Shape3 {
  return [end[0] - start[0], end[1] - start[1], end[2] - start[2]];
}

/** The smallest box around the voxels that are not 0, widened by `margin` voxels within the array. */
export function boundingBox(mask: Uint8Array, shape: Shape3, margin = 0): Box | undefined {
  const [depth, height, width] = shape;
  const low: [number, number, number] = [depth, height, width];
  const high: [number, number, number] = [-1, -1, -1];
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = (z * height + y) * width;
      let first = 0;
      while (first < width && mask[row + first] === 0) first++;
      if (first === width) continue;
      let last = width - 1;
      while (mask[row + last] === 0) last--;
      low[0] = Math.min(low[0], z);
      low[1] = Math.min(low[1], y);
      low[2] = Math.min(low[2], first);
      high[0] = z;
      high[1] = Math.max(high[1], y);
      high[2] = Math.max(high[2], last);
    }
  }
  if (high[0] < 0) return undefined;
  return {
    start: [Math.max(0, low[0] - margin), Math.max(0, low[1] - margin), Math.max(0, low[2] - margin)],
    end: [
      Math.min(depth, high[0] + 1 + margin),
      Math.min(height, high[1] + 1 + margin),
      Math.min(width, high[2] + 1 + margin),
    ],
  };
}

/** The voxels of a box as an array of their own, of the same kind. */
export function crop<T extends Uint8Array | Int16Array>(source: T, shape: Shape3, box: Box): T {
  const out = source.slice(0, voxelCount(boxShape(box))) as T;
  eachRow(shape, box, (whole, inBox, length) => out.set(source.subarray(whole, whole + length), inBox));
  return out;
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

/** The same box, wider by `margin` voxels [z, y, x] on either side, within the array. */
export function widened({ start, end }: Box, shape: Shape3, margin: Shape3): Box {
  const each = (of: (axis: 0 | 1 | 2) => number): Shape3 => [of(0), of(1), of(2)];
  return {
    start: each((axis) => Math.max(0, start[axis] - margin[axis])),
    end: each((axis) => Math.min(shape[axis], end[axis] + margin[axis])),
  };
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
