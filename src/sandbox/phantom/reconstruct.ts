import type { Random } from './random.ts';

/** What the scanner adds to a slice. */
export interface Scanner {
  /** Share of each of the two neighbours in the blur along rows and columns. */
  readonly blur: number;
  /** Standard deviation in soft tissue, HU. */
  readonly noiseHu: number;
}

const lowestHu = -1024;
const highestHu = 3071;

/** Blurs a slice ([y, x], HU), adds grained noise and rounds, in the range of 12 bits. */
export function reconstructSlice(
  random: Random,
  slice: Float32Array,
  width: number,
  scanner: Scanner,
  out: Int16Array,
): void {
  const sharp = blurred(slice, width, scanner.blur);
  const unit = new Float32Array(slice.length);
  for (let i = 0; i < unit.length; i += 1) {
    unit[i] = random.normal();
  }
  const grain = blurred(unit, width, grainBlur);
  const gain = scanner.noiseHu / grainSpread;
  for (let i = 0; i < out.length; i += 1) {
    const hu = sharp[i] as number;
    // Quantum noise grows with attenuation: air is quieter than tissue.
    const noisy = hu + gain * (hu < -950 ? 0.6 : 1) * (grain[i] as number);
    out[i] = Math.min(Math.max(Math.round(noisy), lowestHu), highestHu);
  }
}

const grainBlur = 0.18;
/** Spread that is left of unit noise after the blur, in two directions. */
const grainSpread = (1 - 2 * grainBlur) * (1 - 2 * grainBlur) + 2 * grainBlur * grainBlur;

/** Weights (share, 1 - 2 share, share) along rows, then columns; the border repeats. */
function blurred(slice: Float32Array, width: number, share: number): Float32Array {
  const middle = 1 - 2 * share;
  const height = slice.length / width;
  const rows = new Float32Array(slice.length);
  const out = new Float32Array(slice.length);
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    for (let x = 0; x < width; x += 1) {
      const before = slice[row + Math.max(x - 1, 0)] as number;
      const after = slice[row + Math.min(x + 1, width - 1)] as number;
      rows[row + x] = middle * (slice[row + x] as number) + share * (before + after);
    }
  }
  for (let y = 0; y < height; y += 1) {
    const row = y * width;
    const above = Math.max(y - 1, 0) * width;
    const under = Math.min(y + 1, height - 1) * width;
    for (let x = 0; x < width; x += 1) {
      const sides = (rows[above + x] as number) + (rows[under + x] as number);
      out[row + x] = middle * (rows[row + x] as number) + share * sides;
    }
  }
  return out;
}
