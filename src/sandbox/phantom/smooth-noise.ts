import type { Random } from './random.ts';

/** A box in the patient's frame, mm. */
export interface Extent {
  readonly low: readonly [x: number, y: number, z: number];
  readonly high: readonly [x: number, y: number, z: number];
}

/** Smooth random values in space, mean 0 and variance near 1, that change over about one cell. */
export interface SmoothNoise {
  readonly cellMm: number;
  readonly low: readonly [x: number, y: number, z: number];
  readonly counts: readonly [x: number, y: number, z: number];
  readonly control: Float32Array;
}

/** A cubic B-spline over unit normals has about a third of their spread in space. */
const spread = 3;

/** Normal control values on a lattice that covers the extent. */
export function drawSmoothNoise(random: Random, extent: Extent, cellMm: number): SmoothNoise {
  const count = (axis: 0 | 1 | 2) => Math.ceil((extent.high[axis] - extent.low[axis]) / cellMm) + 4;
  const counts = [count(0), count(1), count(2)] as const;
  const control = new Float32Array(counts[0] * counts[1] * counts[2]);
  for (let i = 0; i < control.length; i += 1) {
    control[i] = random.normal() * spread;
  }
  return { cellMm, low: extent.low, counts, control };
}

/** First control index and the four weights of the uniform cubic B-spline, written to `weights`. */
function splineAt(noise: SmoothNoise, axis: 0 | 1 | 2, mm: number, weights: Float64Array): number {
  const at = Math.min(Math.max((mm - noise.low[axis]) / noise.cellMm, 0), noise.counts[axis] - 4);
  const first = Math.min(Math.floor(at), noise.counts[axis] - 4);
  const t = at - first;
  const s = 1 - t;
  weights[0] = (s * s * s) / 6;
  weights[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
  weights[2] = (3 * s * s * s - 6 * s * s + 4) / 6;
  weights[3] = (t * t * t) / 6;
  return first;
}

/** The noise at every pixel of an axial plane: [y, x], written to `out`. */
export function noisePlane(
  noise: SmoothNoise,
  xs: Float64Array,
  ys: Float64Array,
  z: number,
  out: Float32Array,
): void {
  const [nx, ny] = noise.counts;
  const weights = new Float64Array(4);
  const firstZ = splineAt(noise, 2, z, weights);
  const layer = new Float64Array(nx * ny);
  for (let k = 0; k < 4; k += 1) {
    addScaled(noise.control, (firstZ + k) * nx * ny, weights[k] as number, layer);
  }
  const rows = new Float64Array(ys.length * nx);
  for (let j = 0; j < ys.length; j += 1) {
    const firstY = splineAt(noise, 1, ys[j] as number, weights);
    const row = rows.subarray(j * nx, (j + 1) * nx);
    for (let k = 0; k < 4; k += 1) {
      addScaled(layer, (firstY + k) * nx, weights[k] as number, row);
    }
  }
  for (let i = 0; i < xs.length; i += 1) {
    const firstX = splineAt(noise, 0, xs[i] as number, weights);
    const [a, b, c, d] = weights as unknown as readonly [number, number, number, number];
    for (let j = 0; j < ys.length; j += 1) {
      const at = j * nx + firstX;
      out[j * xs.length + i] =
        a * (rows[at] as number) +
        b * (rows[at + 1] as number) +
        c * (rows[at + 2] as number) +
        d * (rows[at + 3] as number);
    }
  }
}

/** Adds a scaled run of values to a row of the same length. */
function addScaled(
  values: Float32Array | Float64Array,
  from: number,
  weight: number,
  row: Float64Array,
): void {
  for (let i = 0; i < row.length; i += 1) {
    row[i] = (row[i] as number) + weight * (values[from + i] as number);
  }
}

/** The noise at one point of the patient's frame. */
export function noiseAt(noise: SmoothNoise, x: number, y: number, z: number): number {
  const out = new Float32Array(1);
  noisePlane(noise, Float64Array.of(x), Float64Array.of(y), z, out);
  return out[0] as number;
}
