import type { Field } from './body.ts';
import { type CellLayer, cellLayer } from './cell-layer.ts';
import { type Crossings, insertCrossing } from './crossings.ts';
import type { Frame } from './frame.ts';

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
        castRay(field, layer, { index, column, mmPerPixel: frame.mmPerPixel }, z, x, x0, crossings);
    }
  };
}

interface Ray {
  readonly index: number;
  readonly column: number;
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
  { index, column, mmPerPixel }: Ray,
  z: number,
  x: number,
  x0: number,
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
  const [fz, fx] = [z - z0, x - x0];
  const [w00, w01, w10, w11] = [(1 - fz) * (1 - fx), (1 - fz) * fx, fz * (1 - fx), fz * fx];
  const corner = z0 * slice + x0;
  const end = x0 * height + (counts[x0] as number);
  let last = -2;
  let behind = 0;
  let peak = 0;
  let entry = -1;
  for (let n = x0 * height; n < end; n++) {
    const y = ys[n] as number;
    const at = corner + y * width;
    const front =
      y === last + 1
        ? behind
        : w00 * (values[at] as number) +
          w01 * (values[at + 1] as number) +
          w10 * (values[at + slice] as number) +
          w11 * (values[at + slice + 1] as number);
    // Between cells that hold some surface a ray that is inside stays so, well inside.
    if (y !== last + 1) peak = 1;
    const next = at + width;
    behind =
      w00 * (values[next] as number) +
      w01 * (values[next + 1] as number) +
      w10 * (values[next + slice] as number) +
      w11 * (values[next + slice + 1] as number);
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

/** Writes the unit normal out of the body at a point, in values from the first; gives how steep the field is across the ray, per mm. */
function writeNormal(
  { values, shape: [depth, height, width], spacingMm: [mmZ, mmY, mmX] }: Field,
  z: number,
  y: number,
  x: number,
  out: Float32Array,
  to: number,
): number {
  const slice = height * width;
  const z0 = Math.max(1, Math.min(depth - 3, Math.floor(z)));
  const y0 = Math.max(1, Math.min(height - 3, Math.floor(y)));
  const x0 = Math.max(1, Math.min(width - 3, Math.floor(x)));
  const [fz, fy, fx] = [z - z0, y - y0, x - x0];
  let gx = 0;
  let gy = 0;
  let gz = 0;
  for (let dz = 0; dz < 2; dz++) {
    for (let dy = 0; dy < 2; dy++) {
      const weight = (dz === 0 ? 1 - fz : fz) * (dy === 0 ? 1 - fy : fy);
      const [w0, w1] = [weight * (1 - fx), weight * fx];
      const i = (z0 + dz) * slice + (y0 + dy) * width + x0;
      const here = values[i] as number;
      const right = values[i + 1] as number;
      gx += w0 * (right - (values[i - 1] as number)) + w1 * ((values[i + 2] as number) - here);
      gy += w0 * ((values[i + width] as number) - (values[i - width] as number));
      gy += w1 * ((values[i + 1 + width] as number) - (values[i + 1 - width] as number));
      gz += w0 * ((values[i + slice] as number) - (values[i - slice] as number));
      gz += w1 * ((values[i + 1 + slice] as number) - (values[i + 1 - slice] as number));
    }
  }
  gx /= 2 * mmX;
  gy /= 2 * mmY;
  gz /= 2 * mmZ;
  const across = Math.sqrt(gx * gx + gz * gz);
  const norm = -1 / Math.max(1e-9, Math.sqrt(across * across + gy * gy));
  out[to] = gx * norm;
  out[to + 1] = gy * norm;
  out[to + 2] = gz * norm;
  return across;
}
