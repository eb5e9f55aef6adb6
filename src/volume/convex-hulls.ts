import type { Shape3 } from './types.ts';

/**
 * For every voxel, in which planes it lies inside the convex hull of what the mask has there: the sum of 1
 * (axial), 2 (coronal) and 4 (sagittal).
 */
export function convexHulls(mask: Uint8Array, shape: Shape3): Uint8Array {
  const [depth, height, width] = shape;
  const slice = height * width;
  const out = new Uint8Array(mask.length);
  for (let z = 0; z < depth; z++) addHull(mask, out, 1, z * slice, height, width, width, 1);
  for (let y = 0; y < height; y++) addHull(mask, out, 2, y * width, depth, slice, width, 1);
  for (let x = 0; x < width; x++) addHull(mask, out, 4, x, depth, slice, height, width);
  return out;
}

type Point = readonly [row: number, column: number];

/** Adds `value` to the voxels of one plane inside the hull of the plane's mask (Andrew's monotone chain 1979). */
function addHull(
  mask: Uint8Array,
  out: Uint8Array,
  value: number,
  start: number,
  rows: number,
  rowStep: number,
  columns: number,
  columnStep: number,
): void {
  const firsts: Point[] = [];
  const lasts: Point[] = [];
  for (let row = 0; row < rows; row++) {
    let first = 0;
    while (first < columns && mask[start + row * rowStep + first * columnStep] === 0) first++;
    if (first === columns) continue;
    let last = columns - 1;
    while (mask[start + row * rowStep + last * columnStep] === 0) last--;
    firsts.push([row, first]);
    lasts.push([row, last]);
  }
  if (firsts.length < 2) return;
  const low = chain(firsts, 1);
  const high = chain(lasts, -1);
  const [top] = firsts[0] as Point;
  const [bottom] = firsts[firsts.length - 1] as Point;
  let l = 0;
  let h = 0;
  for (let row = top; row <= bottom; row++) {
    while ((low[l + 1] as Point)[0] < row) l++;
    while ((high[h + 1] as Point)[0] < row) h++;
    const from = Math.ceil(crossing(low[l] as Point, low[l + 1] as Point, row) - 1e-9);
    const to = Math.floor(crossing(high[h] as Point, high[h + 1] as Point, row) + 1e-9);
    for (let column = from; column <= to; column++) {
      const i = start + row * rowStep + column * columnStep;
      out[i] = (out[i] as number) + value;
    }
  }
}

/** The hull's corners on one side: the lower ones for sign 1, the upper ones for -1. */
function chain(points: readonly Point[], sign: 1 | -1): readonly Point[] {
  const out: Point[] = [];
  for (const point of points) {
    while (out.length >= 2) {
      const [r0, c0] = out[out.length - 2] as Point;
      const [r1, c1] = out[out.length - 1] as Point;
      const turn = (r1 - r0) * (point[1] - c0) - (c1 - c0) * (point[0] - r0);
      if (turn * sign > 0) break;
      out.pop();
    }
    out.push(point);
  }
  return out;
}

function crossing([r0, c0]: Point, [r1, c1]: Point, row: number): number {
  return c0 + ((c1 - c0) * (row - r0)) / (r1 - r0);
}
