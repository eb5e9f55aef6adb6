import { type Shape3, type SpacingMm, voxelCount } from './types.ts';

/** The bell is cut off here, in standard deviations. */
const cutOff = 3;

/**
 * A volume [z, y, x] smoothed by a Gaussian bell of `sigmaMm` along each axis (a ball in mm, whatever the
 * spacing), as scipy.ndimage.gaussian_filter does with mode 'nearest' and truncate 3: the border's values go
 * on beyond it.
 */
export function smoothGaussian(
  source: Int16Array | Float32Array,
  shape: Shape3,
  spacingMm: SpacingMm,
  sigmaMm: number,
): Float32Array {
  const [depth, height, width] = shape;
  const slice = height * width;
  const [bellZ, bellY, bellX] = spacingMm.map((mm) => bell(sigmaMm / mm)) as [Bell, Bell, Bell];
  const alongX = new Float32Array(voxelCount(shape));
  for (let row = 0; row < alongX.length; row += width) smoothRow(source, alongX, row, width, bellX);
  const alongY = new Float32Array(alongX.length);
  for (let z = 0; z < depth; z++) smoothLines(alongX, alongY, z * slice, height, width, bellY);
  smoothLines(alongY, alongX, 0, depth, slice, bellZ);
  return alongX;
}

/** Weights from the middle outwards; they and their mirror images sum to 1. */
type Bell = Float64Array;

function bell(sigma: number): Bell {
  const half = Float64Array.from({ length: Math.floor(cutOff * sigma + 0.5) + 1 }, (_, k) =>
    Math.exp(-(k * k) / (2 * sigma * sigma)),
  );
  const sum = half.reduce((total, weight, k) => total + (k === 0 ? 1 : 2) * weight, 0);
  return half.map((weight) => weight / sum);
}

function smoothRow(
  source: Int16Array | Float32Array,
  out: Float32Array,
  row: number,
  width: number,
  weights: Bell,
): void {
  const reach = weights.length - 1;
  const w0 = weights[0] as number;
  for (let x = 0; x < width; x++) {
    const at = row + x;
    let sum = w0 * (source[at] as number);
    if (x >= reach && x < width - reach) {
      for (let k = 1; k <= reach; k++) {
        sum += (weights[k] as number) * ((source[at - k] as number) + (source[at + k] as number));
      }
    } else {
      for (let k = 1; k <= reach; k++) {
        const left = source[row + Math.max(0, x - k)] as number;
        const right = source[row + Math.min(width - 1, x + k)] as number;
        sum += (weights[k] as number) * (left + right);
      }
    }
    out[at] = sum;
  }
}

/** Smooths across `count` lines of `length` values each that follow one another from `start`. */
function smoothLines(
  source: Float32Array,
  out: Float32Array,
  start: number,
  count: number,
  length: number,
  weights: Bell,
): void {
  for (let line = 0; line < count; line++) {
    const to = start + line * length;
    const w0 = weights[0] as number;
    for (let i = 0; i < length; i++) out[to + i] = w0 * (source[to + i] as number);
    for (let k = 1; k < weights.length; k++) {
      const before = start + Math.max(0, line - k) * length;
      const after = start + Math.min(count - 1, line + k) * length;
      const w = weights[k] as number;
      for (let i = 0; i < length; i++) {
        out[to + i] =
          (out[to + i] as number) + w * ((source[before + i] as number) + (source[after + i] as number));
      }
    }
  }
}
