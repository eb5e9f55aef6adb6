import type { Box } from '../../volume/box.ts';
import type { SpacingMm } from '../../volume/types.ts';

/** From where the lungs are looked at. */
export const sides = ['front', 'back'] as const;
export type Side = (typeof sides)[number];

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/**
 * What a picture covers. A mm is as long in every direction; rays are parallel and run along the volume's y.
 * The centre of pixel [row, column] seen from the front lies at x = left + column * mmPerPixel and
 * z = top - row * mmPerPixel, mm from the volume's first voxel; from the back columns count from the other side.
 */
export interface Frame extends PictureSize {
  readonly left: number;
  readonly top: number;
  readonly mmPerPixel: number;
}

/** The part of a picture that the box fills, in the direction in which it is the tighter. */
const filled = 0.92;

/** A box of voxels in the middle of a picture, as large as it fits with a margin. */
export function frameBox({ start, end }: Box, spacingMm: SpacingMm, { width, height }: PictureSize): Frame {
  const extentMm = (axis: 0 | 2) => (end[axis] - start[axis]) * spacingMm[axis];
  const middleMm = (axis: 0 | 2) => ((start[axis] + end[axis] - 1) / 2) * spacingMm[axis];
  const mmPerPixel = Math.max(extentMm(2) / width, extentMm(0) / height) / filled;
  return {
    width,
    height,
    left: middleMm(2) - ((width - 1) / 2) * mmPerPixel,
    top: middleMm(0) + ((height - 1) / 2) * mmPerPixel,
    mmPerPixel,
  };
}
