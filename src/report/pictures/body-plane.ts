import type { Box } from '../../volume/box.ts';
import type { CtVolume, Shape3, SpacingMm } from '../../volume/types.ts';

/** How the body is cut; see `PictureView` for where it is seen from. */
export const planeKinds = ['transverse', 'coronal', 'sagittal'] as const;
export type PlaneKind = (typeof planeKinds)[number];

/** Axes of the volume [z, y, x]. */
type Axis = 0 | 1 | 2;

interface Orientation {
  /** The axis that the plane is cut across. */
  readonly across: Axis;
  readonly down: Axis;
  readonly right: Axis;
}

/**
 * Down a transverse picture is to the back; down the others is to the feet, against z. To the right is to the
 * patient's left, and in a sagittal picture to the back.
 */
const orientations: Readonly<Record<PlaneKind, Orientation>> = {
  transverse: { across: 0, down: 1, right: 2 },
  coronal: { across: 1, down: 0, right: 2 },
  sagittal: { across: 2, down: 0, right: 1 },
};

/** A part of a plane of voxels, as it is looked at. */
export interface BodyPlane {
  readonly kind: PlaneKind;
  /** Along the volume's z, y or x. */
  readonly index: number;
  /** Of the plane's centre along the patient's z, y or x (LPS), mm. */
  readonly positionMm: number;
  /** Voxels of the part, down and to the right. */
  readonly size: readonly [rows: number, columns: number];
  readonly sizeMm: readonly [height: number, width: number];
  /** Index in the volume of the part's upper left voxel, and what a step down and to the right adds to it. */
  readonly first: number;
  readonly steps: readonly [down: number, right: number];
}

type Grid = Pick<CtVolume, 'shape' | 'spacingMm' | 'originMm' | 'direction'>;

/** The part of a plane that lies in a box of the volume. */
export function bodyPlane(grid: Grid, kind: PlaneKind, index: number, box: Box): BodyPlane {
  const { shape, spacingMm } = grid;
  const { across, down, right } = orientations[kind];
  const strides: Shape3 = [shape[1] * shape[2], shape[2], 1];
  const isHeadUp = down === 0;
  const rows = box.end[down] - box.start[down];
  const columns = box.end[right] - box.start[right];
  const top = isHeadUp ? box.end[down] - 1 : box.start[down];
  return {
    kind,
    index,
    positionMm: positionOf(grid, kind, index),
    size: [rows, columns],
    sizeMm: [rows * spacingMm[down], columns * spacingMm[right]],
    first: index * strides[across] + top * strides[down] + box.start[right] * strides[right],
    steps: [isHeadUp ? -strides[down] : strides[down], strides[right]],
  };
}

/** Of the centre of a plane along the patient's z, y or x (LPS), mm. */
export function positionOf(
  { shape, spacingMm, originMm, direction }: Grid,
  kind: PlaneKind,
  index: number,
): number {
  const { across } = orientations[kind];
  const along = [direction.z, direction.y, direction.x] as const;
  // Of x, y and z of the patient that which is nearest to the axis of the volume.
  const coordinate = 2 - across;
  return ([0, 1, 2] as const).reduce((sum, axis) => {
    const voxels = axis === across ? index : (shape[axis] - 1) / 2;
    return sum + voxels * spacingMm[axis] * (along[axis][coordinate] as number);
  }, originMm[coordinate] as number);
}

/** The values of a plane, rows from top to bottom, of an array of the whole volume. */
export function readPlane<T extends Uint8Array | Int16Array>(source: T, plane: BodyPlane): T {
  const [rows, columns] = plane.size;
  const [down, right] = plane.steps;
  const out = source.slice(0, rows * columns) as T;
  for (let row = 0, to = 0; row < rows; row++) {
    let from = plane.first + row * down;
    for (let column = 0; column < columns; column++, to++, from += right) out[to] = source[from] as number;
  }
  return out;
}

/** Voxels in so many mm, along each axis, rounded up. */
export function voxelsIn(mm: number, spacingMm: SpacingMm): Shape3 {
  return [Math.ceil(mm / spacingMm[0]), Math.ceil(mm / spacingMm[1]), Math.ceil(mm / spacingMm[2])];
}
