import type { CtVolume, LabelMap } from '../volume/types.ts';

/** HU that the naive method calls opaque, both included: denser than aerated lung, softer than bone. */
export const naiveBandHu = { low: -700, high: 100 } as const;

/** The median of a window of 5 x 5 pixels, which takes noise and thin vessels away. */
const radius = 2;
const half = ((2 * radius + 1) ** 2 - 1) / 2;

/**
 * What needs no network: voxels inside the lungs whose in-plane median of 5 x 5 HU lies in the band -700 to 100.
 * A network that is not better than this has learnt nothing. Beyond the edge of a slice its outermost pixels go
 * on (mode `nearest` of SciPy's median_filter).
 *
 * @param lungs 0 outside the lungs, on the volume's grid
 * @returns [z, y, x], 1 where it is opaque
 */
export function naiveBand({ data, shape }: Pick<CtVolume, 'data' | 'shape'>, lungs: LabelMap): Uint8Array {
  const [depth, height, width] = shape;
  const length = height * width;
  const band = new Uint8Array(data.length);
  for (let z = 0; z < depth; z++) {
    const inside = lungs.data.subarray(z * length, (z + 1) * length);
    if (!inside.some((label) => label !== 0)) continue;
    const hu = data.subarray(z * length, (z + 1) * length);
    // A median lies at or above a threshold where more than half of the window does: counting is enough.
    const atLeastLow = windowCounts(hu, height, width, naiveBandHu.low);
    const aboveHigh = windowCounts(hu, height, width, naiveBandHu.high + 1);
    const out = band.subarray(z * length, (z + 1) * length);
    for (let i = 0; i < length; i++) {
      const isOpaque = (atLeastLow[i] as number) > half && (aboveHigh[i] as number) <= half;
      if (inside[i] !== 0 && isOpaque) out[i] = 1;
    }
  }
  return band;
}

/** How many pixels of the window around each pixel have at least so many HU. */
function windowCounts(hu: Int16Array, height: number, width: number, threshold: number): Uint8Array {
  const rows = new Uint8Array(hu.length);
  const marked = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) marked[i] = (hu[i] as number) >= threshold ? 1 : 0;
  slide(marked, rows, height, width, width, 1);
  const counts = new Uint8Array(hu.length);
  slide(rows, counts, width, height, 1, width);
  return counts;
}

/** Sums along lines of `length` values, `step` apart; the lines themselves are `lineStep` apart. */
function slide(
  values: Uint8Array,
  sums: Uint8Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
): void {
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    const at = (k: number) => values[start + Math.max(0, Math.min(length - 1, k)) * step] as number;
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += at(k);
    for (let k = 0; k < length; k++) {
      sums[start + k * step] = sum;
      sum += at(k + radius + 1) - at(k - radius);
    }
  }
}
