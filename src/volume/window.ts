import { nextOccupied, scanMask } from './mask-scan.ts';

/** A window in HU: `level` is its centre, `width` its full width. */
export interface WindowHu {
  readonly level: number;
  readonly width: number;
}

/** The window in which radiologists read lungs, and that the paper's networks were trained in (PIPELINE.md 4). */
export const lungWindow: WindowHu = { level: -500, width: 1500 };

/**
 * HU mapped so that the window's lower edge becomes 0 and its upper edge 1, clipped to [0, 1]: level -500,
 * width 1500 maps [-1250, 250] (PIPELINE.md 4). `out` may be `hu` itself.
 */
export function windowHu(
  hu: Int16Array | Float32Array,
  { level, width }: WindowHu,
  out: Float32Array = new Float32Array(hu.length),
): Float32Array {
  const low = level - width / 2;
  for (let i = 0; i < hu.length; i++) {
    const value = ((hu[i] as number) - low) / width;
    out[i] = value < 0 ? 0 : value > 1 ? 1 : value;
  }
  return out;
}

/** `windowHu` where `mask` is not 0, and 0 elsewhere. `out` may not be `hu`. */
export function windowHuInside(
  hu: Int16Array | Float32Array,
  mask: Uint8Array,
  { level, width }: WindowHu,
  out: Float32Array = new Float32Array(hu.length),
): Float32Array {
  const low = level - width / 2;
  const scan = scanMask(mask);
  const end = mask.length;
  out.fill(0);
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i, end)) {
    for (; i < end && mask[i] !== 0; i++) {
      const value = ((hu[i] as number) - low) / width;
      out[i] = value < 0 ? 0 : value > 1 ? 1 : value;
    }
  }
  return out;
}
