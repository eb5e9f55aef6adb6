import type { Field } from './body.ts';
import { type CellLayer, cellLayer } from './cell-layer.ts';
import { type Crossings, insertCrossing } from './crossings.ts';
import type { Frame } from './frame.ts';
import { writeNormal } from './write-normal.ts';

/** Finds where the rays of a row of pixels cross one body. */
export type CastRow = (crossings: Crossings, z: number) => void;

/**
 * Rays through one body, for rows of pixels from top to bottom.
 *
 * @param index of the body
 * @returns called with the height of a row, mm along the volume's z
 */
export function castBody(field: Field, index: number, frame: Frame): CastRow {
  const {
    shape: [depth, , width],
    spacingMm,
    originMm,
  } = field;
  const columns = columnsOf(field, frame);
  let layerAt = -1;
  let layer: CellLayer | undefined;
  // A slope needs a value on both sides of a cell.
  if (Math.min(...field.shape) < 4) return () => undefined;
  return (crossings, zMm) => {
    const z = (zMm - originMm[2]) / spacingMm[0];
    const z0 = Math.floor(z);
    if (z0 < 0 || z0 + 1 >= depth) return;
    if (layer === undefined || layerAt !== z0) {
      layer = cellLayer(field, z0);
      layerAt = z0;
    }
    for (let column = columns.first; column <= columns.last; column++) {
      const x = (frame.left + column * frame.mmPerPixel - originMm[0]) / spacingMm[2];
      const x0 = Math.min(width - 2, Math.max(0, Math.floor(x)));
      if (layer.counts[x0] !== 0)
        castRay(field, layer, { index, column, z, x, x0, mmPerPixel: frame.mmPerPixel }, crossings);
    }
  };
}

interface Ray {
  /** Of the body. */
  readonly index: number;
  /** Of the picture. */
  readonly column: number;
  /** Where it runs, in values from the first, and the column of cells through which it does. */
  readonly z: number;
  readonly x: number;
  readonly x0: number;
  readonly mmPerPixel: number;
}

function columnsOf({ shape, spacingMm, originMm }: Field, { left, width, mmPerPixel }: Frame) {
  const end = originMm[0] + (shape[2] - 1) * spacingMm[2];
  return {
    first: Math.max(0, Math.ceil((originMm[0] - left) / mmPerPixel)),
    last: Math.min(width - 1, Math.floor((end - left) / mmPerPixel)),
  };
}

/** Follows one ray through the cells of a column that hold a piece of surface, from front to back. */
function castRay(
  field: Field,
  { counts, ys }: CellLayer,
  { index, column, z, x, x0, mmPerPixel }: Ray,
  crossings: Crossings,
): void {
  const {
    values,
    shape: [, height, width],
    spacingMm,
    originMm,
  } = field;
  const slice = height * width;
  const z0 = Math.floor(z);
  const fz = z - z0;
  const fx = x - x0;
  const corner = z0 * slice + x0;
  const end = x0 * height + (counts[x0] as number);
  let last = -2;
  let behind = 0;
  let peak = 0;
  let entry = -1;
  for (let n = x0 * height; n < end; n++) {
    const y = ys[n] as number;
    const at = corner + y * width;
    const front = y === last + 1 ? behind : planeValue(values, at, slice, fz, fx);
    // Between cells that hold some surface a ray that is inside stays so, well inside.
    if (y !== last + 1) peak = 1;
    behind = planeValue(values, at + width, slice, fz, fx);
    last = y;
    if (behind > peak) peak = behind;
    if (front >= 0.5 === behind >= 0.5) continue;
    if (crossings.count >= crossings.next.length) return;
    const id = crossings.count++;
    const atY = y + (0.5 - front) / (behind - front);
    crossings.body[id] = index;
    crossings.depthMm[id] = originMm[1] + atY * spacingMm[1];
    const steepness = writeNormal(field, z, atY, x, crossings.normals, 3 * id);
    if (behind >= 0.5) {
      entry = id;
      peak = behind;
      crossings.cover[id] = steepness;
    } else if (entry >= 0) {
      // At its rim a body covers part of a pixel: as much as the field rises over its edge, against how much it
      // rises from pixel to pixel.
      const perPixel = Math.max(steepness, crossings.cover[entry] as number) * mmPerPixel;
      const cover = Math.min(1, (peak - 0.5) / Math.max(perPixel, 1e-6));
      crossings.cover[entry] = cover;
      crossings.cover[id] = cover;
      insertCrossing(crossings, column, entry);
      insertCrossing(crossings, column, id);
      entry = -1;
    }
  }
}

/** The value between four corners of one y: along x, then along z. */
function planeValue(values: Float32Array, at: number, slice: number, fz: number, fx: number): number {
  const low = values[at] as number;
  const high = values[at + slice] as number;
  const alongLow = low + fx * ((values[at + 1] as number) - low);
  const alongHigh = high + fx * ((values[at + slice + 1] as number) - high);
  return alongLow + fz * (alongHigh - alongLow);
}
