import type { Shape3, SpacingMm } from '../../../src/volume/types.ts';

/**
 * The plain way to a ball around a mask, with which the fast one in src/volume/dilate-rows.ts is compared.
 *
 * Squared distance in mm2 of every voxel [z, y, x] to the nearest voxel of the mask, centre to centre, exact
 * up to the limit; Infinity beyond it. Separable minimum over squared distances axis by axis (Saito and
 * Toriwaki 1994), each axis searched no further than the limit.
 */
export function squaredDistanceWithin(
  mask: Uint8Array,
  shape: Shape3,
  spacingMm: SpacingMm,
  limitMm: number,
): Float32Array {
  const [depth, height, width] = shape;
  const [mmZ, mmY, mmX] = spacingMm;
  const limit = limitMm * limitMm * (1 + 1e-6);
  const alongX = new Float32Array(mask.length);
  for (let row = 0; row < mask.length; row += width) distanceInRow(mask, alongX, row, width, mmX, limit);
  const alongY = new Float32Array(mask.length);
  const slice = height * width;
  for (let z = 0; z < depth; z++) lowerAlong(alongX, alongY, z * slice, height, width, width, mmY, limit);
  if (mmZ > limitMm || depth === 1) return alongY;
  const alongZ = alongX;
  for (let y = 0; y < height; y++) lowerAlong(alongY, alongZ, y * width, depth, slice, width, mmZ, limit);
  return alongZ;
}

function distanceInRow(
  mask: Uint8Array,
  out: Float32Array,
  row: number,
  width: number,
  mm: number,
  limit: number,
): void {
  let last = -Infinity;
  for (let x = 0; x < width; x++) {
    if (mask[row + x] !== 0) last = x;
    const d = (x - last) * mm;
    out[row + x] = d * d <= limit ? d * d : Infinity;
  }
  last = Infinity;
  for (let x = width - 1; x >= 0; x--) {
    if (mask[row + x] !== 0) last = x;
    const d = (last - x) * mm;
    if (d * d < (out[row + x] as number) && d * d <= limit) out[row + x] = d * d;
  }
}

/** out[i] = min over j of source[j] + ((i - j) * mm)^2, where i and j count `lines` rows of `width`, `stride` apart. */
function lowerAlong(
  source: Float32Array,
  out: Float32Array,
  start: number,
  lines: number,
  stride: number,
  width: number,
  mm: number,
  limit: number,
): void {
  const reach = Math.min(lines - 1, Math.floor(Math.sqrt(limit) / mm));
  for (let i = 0; i < lines; i++) out.fill(Infinity, start + i * stride, start + i * stride + width);
  for (let j = 0; j < lines; j++) {
    const from = start + j * stride;
    const [first, end] = finiteSpan(source, from, width);
    if (first === end) continue;
    const last = Math.min(lines - 1, j + reach);
    for (let i = Math.max(0, j - reach); i <= last; i++) {
      const to = start + i * stride;
      const step = (i - j) * mm * (i - j) * mm;
      for (let x = first; x < end; x++) {
        const d = (source[from + x] as number) + step;
        if (d < (out[to + x] as number) && d <= limit) out[to + x] = d;
      }
    }
  }
}

/** The first finite value of a row and one past the last: most rows of a mask are empty or nearly so. */
function finiteSpan(source: Float32Array, from: number, width: number): readonly [number, number] {
  let first = 0;
  while (first < width && source[from + first] === Infinity) first++;
  let end = width;
  while (end > first && source[from + end - 1] === Infinity) end--;
  return [first, end];
}
