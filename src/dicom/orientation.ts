import type { Vec3 } from '../volume/types.ts';
import type { ImageOrientation } from './instance-header.ts';
import { add, angleDegrees, cross, dot, length, scale } from './vectors.ts';

/** How an axial image is turned so that x grows to the patient's left and y to the back. */
export interface AxialLayout {
  /** Rows of the image become columns of the volume. */
  readonly transpose: boolean;
  /** The volume's x runs against the image axis that it comes from. */
  readonly flipX: boolean;
  readonly flipY: boolean;
  /** Unit vectors along the volume's x, y and along their normal, which points to the head. */
  readonly direction: { readonly x: Vec3; readonly y: Vec3; readonly z: Vec3 };
}

/** Whether an image does not lie in its slice as it is stored. */
export function isTurned({ transpose, flipX, flipY }: AxialLayout): boolean {
  return transpose || flipX || flipY;
}

/** Geometry of the image as it is stored, before it is turned. */
export interface ImageGrid {
  readonly rows: number;
  readonly columns: number;
  readonly pixelSpacingMm: { readonly row: number; readonly column: number };
}

/** Row and column are unit vectors at a right angle, but for rounding (PS3.3 C.7.6.2.1.1). */
export function isOrthonormal({ row, column }: ImageOrientation): boolean {
  const tolerance = 1e-3;
  const isUnit = (vector: Vec3) => Math.abs(length(vector) - 1) < tolerance;
  return isUnit(row) && isUnit(column) && Math.abs(dot(row, column)) < tolerance;
}

/** Angle between the slice normal and the patient's head-foot axis, degrees. */
export function obliquityDegrees({ row, column }: ImageOrientation): number {
  return angleDegrees(cross(row, column), [0, 0, 1]);
}

/**
 * The layout of an axial image: its row becomes x or y, whichever it is nearer to, and both are flipped to
 * grow to the left and to the back. Oblique directions are kept exactly.
 */
export function axialLayout({ row, column }: ImageOrientation): AxialLayout {
  const transpose = Math.abs(row[0]) < Math.abs(row[1]);
  const [alongX, alongY] = transpose ? [column, row] : [row, column];
  const flipX = alongX[0] < 0;
  const flipY = alongY[1] < 0;
  const x = unit(flipX ? scale(alongX, -1) : alongX);
  const y = unit(flipY ? scale(alongY, -1) : alongY);
  return { transpose, flipX, flipY, direction: { x, y, z: unit(cross(x, y)) } };
}

/** Shape [y, x] and spacing [y, x] in mm of the turned image. */
export function turnedGrid(grid: ImageGrid, { transpose }: AxialLayout) {
  const { rows, columns, pixelSpacingMm } = grid;
  return transpose
    ? { shape: [columns, rows] as const, spacingMm: [pixelSpacingMm.column, pixelSpacingMm.row] as const }
    : { shape: [rows, columns] as const, spacingMm: [pixelSpacingMm.row, pixelSpacingMm.column] as const };
}

/** Position of the first pixel of the turned image: where a flipped axis used to end. */
export function turnedOrigin(imagePosition: Vec3, grid: ImageGrid, layout: AxialLayout): Vec3 {
  const { shape, spacingMm } = turnedGrid(grid, layout);
  const { x, y } = layout.direction;
  const alongX = layout.flipX ? scale(x, -(shape[1] - 1) * spacingMm[1]) : ([0, 0, 0] as const);
  const alongY = layout.flipY ? scale(y, -(shape[0] - 1) * spacingMm[0]) : ([0, 0, 0] as const);
  return add(imagePosition, add(alongX, alongY));
}

/**
 * Writes an image into its slice of the volume, each word through the table.
 * `words` [rows, columns] as stored; `slice` [y, x] as laid out.
 */
export function writeTurned(
  words: Uint16Array,
  table: Int16Array,
  { rows, columns }: Pick<ImageGrid, 'rows' | 'columns'>,
  layout: AxialLayout,
  slice: Int16Array,
): void {
  const width = layout.transpose ? rows : columns;
  const height = layout.transpose ? columns : rows;
  const stepX = layout.flipX ? -1 : 1;
  const stepY = layout.flipY ? -width : width;
  const start = (layout.flipX ? width - 1 : 0) + (layout.flipY ? (height - 1) * width : 0);
  const columnStep = layout.transpose ? stepY : stepX;
  const rowStep = layout.transpose ? stepX : stepY;
  let read = 0;
  for (let row = 0; row < rows; row += 1) {
    let write = start + row * rowStep;
    for (let column = 0; column < columns; column += 1) {
      slice[write] = table[words[read] as number] as number;
      read += 1;
      write += columnStep;
    }
  }
}

function unit(vector: Vec3): Vec3 {
  return scale(vector, 1 / length(vector));
}
