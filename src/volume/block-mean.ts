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
  const rowAt = (z: number, y: number) =>
    ((box.start[0] + z) * shape[1] + box.start[1] + y) * shape[2] + box.start[2];
  let out = 0;
  for (let z = 0; z < depth; z += fz) {
    const slices = Math.min(fz, depth - z);
    for (let y = 0; y < height; y += fy) {
      const rows = Math.min(fy, height - y);
      column.fill(0);
      for (let dz = 0; dz < slices; dz++) {
        for (let dy = 0; dy < rows; dy++) {
          const start = rowAt(z + dz, y + dy);
          for (let x = 0; x < width; x++) column[x] = (column[x] as number) + (source[start + x] as number);
        }
      }
      for (let x = 0; x < width; x += fx) {
        const end = Math.min(x + fx, width);
        let sum = 0;
        for (let i = x; i < end; i++) sum += column[i] as number;
        data[out++] = Math.round(sum / (slices * rows * (end - x)));
      }
    }
  }
  return { data, shape: small };
}
