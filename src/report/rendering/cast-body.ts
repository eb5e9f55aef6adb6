import type { Field } from './body.ts';
import { type CellLayer, cellLayers } from './cell-layer.ts';
import { type Crossings, insertCrossing } from './crossings.ts';
import type { Frame } from './frame.ts';
import { writeNormals } from './write-normals.ts';

/** Finds where the rays of a row of pixels cross one body. */
export type CastRow = (crossings: Crossings, z: number) => void;

/**
 * Rays through one body, for rows of pixels from top to bottom.
 *
 * @param index of the body
 * @returns called with the height of a row, mm along the volume's z
 */
export function castBody(field: Field, index: number, frame: Frame): CastRow {
  const { shape, spacingMm, originMm } = field;
  // A slope needs a value on both sides of a cell.
  if (Math.min(...shape) < 4) return () => undefined;
  const columns = columnsOf(field, frame);
  const layerAt = cellLayers(field);
  return (crossings, zMm) => {
    const z = (zMm - originMm[2]) / spacingMm[0];
    const z0 = Math.floor(z);
    if (z0 < 0 || z0 + 1 >= shape[0]) return;
    const from = crossings.count;
    findCrossings(field, layerAt(z0), { z, frame, columns }, crossings);
    writeNormals(field, z, crossings, from);
    linkCrossings(crossings, from, index, field, frame.mmPerPixel);
  };
}

/** Columns of the picture, both inclusive. */
interface Columns {
  readonly first: number;
  readonly last: number;
}

interface Row {
  /** Where it runs, in values from the first. */
  readonly z: number;
  readonly frame: Frame;
  readonly columns: Columns;
}

function columnsOf({ shape, spacingMm, originMm }: Field, { left, width, mmPerPixel }: Frame): Columns {
  const end = originMm[0] + (shape[2] - 1) * spacingMm[2];
  return {
    first: Math.max(0, Math.ceil((originMm[0] - left) / mmPerPixel)),
    last: Math.min(width - 1, Math.floor((end - left) / mmPerPixel)),
  };
}

/** Follows each ray through the cells that hold a piece of surface, from front to back. */
function findCrossings(
  { values, shape: [, height, width], spacingMm, originMm }: Field,
  { counts, ys }: CellLayer,
  { z, frame: { left, mmPerPixel }, columns }: Row,
  crossings: Crossings,
): void {
  const { column: columnOf, x: xOf, y: yOf, entry: entryOf, peak: peakOf } = crossings;
  const slice = height * width;
  const z0 = Math.floor(z);
  const fz = z - z0;
  const most = xOf.length;
  let count = crossings.count;
  for (let column = columns.first; column <= columns.last; column++) {
    const x = (left + column * mmPerPixel - originMm[0]) / spacingMm[2];
    const x0 = Math.min(width - 2, Math.max(0, Math.floor(x)));
    const end = x0 * height + (counts[x0] as number);
    const fx = x - x0;
    const corner = z0 * slice + x0;
    let last = -2;
    let behind = 0;
    let peak = 0;
    let entry = -1;
    for (let n = x0 * height; n < end; n++) {
      const y = ys[n] as number;
      const at = corner + y * width;
      let front = behind;
      // Between cells that hold some surface a ray that is inside stays so, well inside.
      if (y !== last + 1) {
        front = planeValue(values, at, slice, fz, fx);
        peak = 1;
      }
      behind = planeValue(values, at + width, slice, fz, fx);
      last = y;
      if (behind > peak) peak = behind;
      if (front >= 0.5 === behind >= 0.5) continue;
      if (count >= most) break;
      const id = count++;
      columnOf[id] = column;
      xOf[id] = x;
      yOf[id] = y + (0.5 - front) / (behind - front);
      if (behind >= 0.5) {
        entry = id;
        peak = behind;
        entryOf[id] = -1;
      } else {
        entryOf[id] = entry;
        peakOf[id] = peak;
        entry = -1;
      }
    }
  }
  crossings.count = count;
}

/** The value between four corners of one y: along x, then along z. */
function planeValue(values: Float32Array, at: number, slice: number, fz: number, fx: number): number {
  const low = values[at] as number;
  const high = values[at + slice] as number;
  const alongLow = low + fx * ((values[at + 1] as number) - low);
  const alongHigh = high + fx * ((values[at + slice + 1] as number) - high);
  return alongLow + fz * (alongHigh - alongLow);
}

/** Puts what enters the body and leaves it again into the lists of the pixels, from `from` on. */
function linkCrossings(
  crossings: Crossings,
  from: number,
  index: number,
  { spacingMm: [, mmY], originMm: [, originY] }: Field,
  mmPerPixel: number,
): void {
  const { column, y, steepness, entry: entryOf, peak, depthMm, cover, body, count } = crossings;
  for (let id = from; id < count; id++) {
    body[id] = index;
    depthMm[id] = originY + (y[id] as number) * mmY;
    const entry = entryOf[id] as number;
    if (entry < 0) continue;
    // At its rim a body covers part of a pixel: as much as the field rises over its edge, against how much it
    // rises from pixel to pixel.
    const steepest = Math.max(steepness[id] as number, Math.fround(steepness[entry] as number));
    const part = Math.min(1, ((peak[id] as number) - 0.5) / Math.max(steepest * mmPerPixel, 1e-6));
    cover[entry] = part;
    cover[id] = part;
    insertCrossing(crossings, column[id] as number, entry);
    insertCrossing(crossings, column[id] as number, id);
  }
}
