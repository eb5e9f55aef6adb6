import { blockMean } from '../../volume/block-mean.ts';
import { type Box, boxShape } from '../../volume/box.ts';
import type { CtVolume, Shape3, SpacingMm } from '../../volume/types.ts';

/** The part of a volume in which tubes are looked for, in blocks of voxels. */
export interface FineGrid {
  /** HU, the mean of each block, [z, y, x]. */
  readonly hu: Int16Array;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  /** Voxels of the volume along each side of a block. */
  readonly factors: Shape3;
  /** The voxels of the volume that it covers. */
  readonly box: Box;
}

/** @param factors voxels of the volume along each side of a block */
export function makeFineGrid({ data, shape, spacingMm }: CtVolume, box: Box, factors: Shape3): FineGrid {
  const blocks = blockMean(data, shape, factors, box);
  return {
    hu: blocks.data,
    shape: blocks.shape,
    spacingMm: spacingMm.map((mm, axis) => mm * (factors[axis] as number)) as [number, number, number],
    factors,
    box,
  };
}

/** How many blocks, whole or begun, a box of voxels has along each axis. */
export function blocksOver(box: Box, factors: Shape3): Shape3 {
  const [depth, height, width] = boxShape(box);
  return [Math.ceil(depth / factors[0]), Math.ceil(height / factors[1]), Math.ceil(width / factors[2])];
}

/**
 * The smallest box of voxels of a volume around one box of them and one of blocks.
 *
 * @param factors voxels along each side of one of `blocks`
 */
export function joinBoxes(shape: Shape3, voxels: Box, blocks: Box | undefined, factors: Shape3): Box {
  if (blocks === undefined) return voxels;
  const each = (join: (axis: 0 | 1 | 2) => number): Shape3 => [join(0), join(1), join(2)];
  return {
    start: each((axis) => Math.min(voxels.start[axis], blocks.start[axis] * factors[axis])),
    end: each((axis) => Math.min(shape[axis], Math.max(voxels.end[axis], blocks.end[axis] * factors[axis]))),
  };
}

/**
 * Labels [z, y, x] of another grid over the same volume at the middle voxel of each block.
 *
 * @param factors voxels of the volume along each side of one of its blocks, [1, 1, 1] for the volume itself
 */
export function sampleOnto(
  { shape, factors, box }: Pick<FineGrid, 'shape' | 'factors' | 'box'>,
  labels: Uint8Array,
  [, rows, columns]: Shape3,
  of: Shape3 = [1, 1, 1],
): Uint8Array {
  const [depth, height, width] = shape;
  const index = (axis: 0 | 1 | 2) =>
    Int32Array.from({ length: shape[axis] }, (_, i) => {
      const middle = box.start[axis] + i * factors[axis] + (factors[axis] >> 1);
      return Math.floor(Math.min(middle, box.end[axis] - 1) / of[axis]);
    });
  const [atZ, atY, atX] = [index(0), index(1), index(2)];
  const out = new Uint8Array(depth * height * width);
  let i = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      const row = ((atZ[z] as number) * rows + (atY[y] as number)) * columns;
      for (let x = 0; x < width; x++) out[i++] = labels[row + (atX[x] as number)] as number;
    }
  }
  return out;
}
