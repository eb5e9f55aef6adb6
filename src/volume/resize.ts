import type { Shape3 } from './types.ts';
import { voxelCount } from './types.ts';

/** A plane or volume that can be resized: HU, grey values, or a mask. */
export type Samples = Int16Array | Float32Array | Uint8Array;
export type PlaneSize = readonly [height: number, width: number];

/**
 * Along one axis, sample i of the result is the sum of `weights[i * taps + k]` times source sample
 * `first[i] + k`, for k from 0 to taps - 1. Every i has the same number of taps, some of weight 0, so that
 * the inner loops can be written out.
 */
export interface AxisPlan {
  readonly from: number;
  readonly to: number;
  readonly taps: number;
  readonly first: Int32Array;
  readonly weights: Float64Array;
}

/** The weights of both axes of a plane, made once and used for every slice of one size. */
export interface ResizePlan {
  readonly height: AxisPlan;
  readonly width: AxisPlan;
  /** Overwritten by every call: the source in float32, and one row of its width. */
  readonly source: Float32Array;
  readonly row: Float64Array;
}

/**
 * The weights of one axis: exact fractional box coverage (area average) where it shrinks, linear where it
 * grows. Both keep the outer edges of the first and last sample in place (sample i covers [i, i + 1), its
 * centre is i + 0.5), so a mask that is resized there and back does not wander.
 */
function planAxis(from: number, to: number): AxisPlan {
  if (!(Number.isInteger(from) && Number.isInteger(to) && from > 0 && to > 0)) {
    throw new RangeError(`An axis cannot be resized from ${from} to ${to} samples`);
  }
  return from > to ? planBoxes(from, to) : planLines(from, to);
}

function planBoxes(from: number, to: number): AxisPlan {
  // Multiplied before it is divided, an edge that falls on a sample's edge is exact.
  const edge = (i: number) => (i * from) / to;
  let taps = 0;
  for (let i = 0; i < to; i++) taps = Math.max(taps, Math.ceil(edge(i + 1)) - Math.floor(edge(i)));
  const first = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let i = 0; i < to; i++) {
    const low = edge(i);
    const high = edge(i + 1);
    const start = Math.min(Math.floor(low), from - taps);
    first[i] = start;
    for (let k = 0; k < taps; k++) {
      const covered = Math.min(high, start + k + 1) - Math.max(low, start + k);
      weights[i * taps + k] = Math.max(0, covered) / (high - low);
    }
  }
  return { from, to, taps, first, weights };
}

function planLines(from: number, to: number): AxisPlan {
  const taps = Math.min(2, from);
  const first = new Int32Array(to);
  const weights = new Float64Array(to * taps).fill(1);
  if (taps === 2) {
    for (let i = 0; i < to; i++) {
      const centre = Math.min(from - 1, Math.max(0, ((i + 0.5) * from) / to - 0.5));
      const start = Math.min(Math.floor(centre), from - 2);
      first[i] = start;
      weights[i * 2] = 1 - (centre - start);
      weights[i * 2 + 1] = centre - start;
    }
  }
  return { from, to, taps, first, weights };
}

export function planResize(from: PlaneSize, to: PlaneSize): ResizePlan {
  return {
    height: planAxis(from[0], to[0]),
    width: planAxis(from[1], to[1]),
    source: new Float32Array(from[0] * from[1]),
    row: new Float64Array(from[1]),
  };
}

/**
 * A plane [y, x] resized to another size, each axis on its own: area average where it shrinks, linear where
 * it grows (PIPELINE.md 4). Writes into `out` when given, else into a new array.
 */
export function resizePlane(
  source: Samples,
  from: PlaneSize,
  to: PlaneSize,
  out?: Float32Array,
): Float32Array {
  return resizePlaneBy(planResize(from, to), source, out);
}

/** `resizePlane` with weights that were made before: no allocation when `out` is given. */
export function resizePlaneBy(
  plan: ResizePlan,
  source: Samples,
  out: Float32Array = new Float32Array(plan.height.to * plan.width.to),
): Float32Array {
  const { height, width, row } = plan;
  if (source.length !== height.from * width.from || out.length !== height.to * width.to) {
    throw new RangeError('The plane to resize, or the one to write, is not of the size it was planned for');
  }
  if (height.from === height.to && width.from === width.to) {
    out.set(source);
    return out;
  }
  // The loops below see one kind of array only: V8 compiles them twice as fast as for three kinds.
  if (!(source instanceof Float32Array)) plan.source.set(source);
  const samples = source instanceof Float32Array ? source : plan.source;
  for (let y = 0; y < height.to; y++) {
    sumRows(height, y, samples, row);
    sumColumns(width, row, out, y * width.to);
  }
  return out;
}

/** Row y of the result at the source's width. The usual numbers of taps are written out: 2 to 3 times faster. */
function sumRows(
  { first, weights, taps }: AxisPlan,
  y: number,
  source: Float32Array,
  row: Float64Array,
): void {
  const width = row.length;
  const a = (first[y] as number) * width;
  const b = a + width;
  const c = b + width;
  const d = c + width;
  const w0 = weights[y * taps] as number;
  const w1 = weights[y * taps + 1] as number;
  const w2 = weights[y * taps + 2] as number;
  const w3 = weights[y * taps + 3] as number;
  if (taps === 2) {
    for (let x = 0; x < width; x++) {
      row[x] = w0 * (source[a + x] as number) + w1 * (source[b + x] as number);
    }
  } else if (taps === 3) {
    for (let x = 0; x < width; x++) {
      row[x] =
        w0 * (source[a + x] as number) + w1 * (source[b + x] as number) + w2 * (source[c + x] as number);
    }
  } else if (taps === 4) {
    for (let x = 0; x < width; x++) {
      row[x] =
        w0 * (source[a + x] as number) +
        w1 * (source[b + x] as number) +
        w2 * (source[c + x] as number) +
        w3 * (source[d + x] as number);
    }
  } else {
    for (let x = 0; x < width; x++) row[x] = w0 * (source[a + x] as number);
    for (let k = 1; k < taps; k++) {
      const w = weights[y * taps + k] as number;
      const offset = a + k * width;
      for (let x = 0; x < width; x++) row[x] = (row[x] as number) + w * (source[offset + x] as number);
    }
  }
}

/** One row of the result at its own width. */
function sumColumns(
  { to, taps, first, weights }: AxisPlan,
  row: Float64Array,
  out: Float32Array,
  offset: number,
): void {
  if (taps === 2) {
    for (let x = 0; x < to; x++) {
      const f = first[x] as number;
      out[offset + x] =
        (weights[2 * x] as number) * (row[f] as number) +
        (weights[2 * x + 1] as number) * (row[f + 1] as number);
    }
  } else if (taps === 3) {
    for (let x = 0; x < to; x++) {
      const f = first[x] as number;
      const w = 3 * x;
      out[offset + x] =
        (weights[w] as number) * (row[f] as number) +
        (weights[w + 1] as number) * (row[f + 1] as number) +
        (weights[w + 2] as number) * (row[f + 2] as number);
    }
  } else if (taps === 4) {
    for (let x = 0; x < to; x++) {
      const f = first[x] as number;
      const w = 4 * x;
      out[offset + x] =
        (weights[w] as number) * (row[f] as number) +
        (weights[w + 1] as number) * (row[f + 1] as number) +
        (weights[w + 2] as number) * (row[f + 2] as number) +
        (weights[w + 3] as number) * (row[f + 3] as number);
    }
  } else {
    for (let x = 0; x < to; x++) {
      const f = first[x] as number;
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += (weights[x * taps + k] as number) * (row[f + k] as number);
      out[offset + x] = sum;
    }
  }
}

/**
 * A volume [z, y, x] resized along its three axes as `resizePlane` does along two. It is given slice by slice,
 * from feet to head, so that one that is changed on the way (windowed, masked) never exists as a whole in
 * float. `slice` may hand out the same array again; undefined stands for a slice of zeros.
 */
export function resizeSlices(
  slice: (z: number) => Samples | undefined,
  fromShape: Shape3,
  toShape: Shape3,
): Float32Array {
  const out = new Float32Array(voxelCount(toShape));
  const depth = planAxis(fromShape[0], toShape[0]);
  const inPlane = planResize([fromShape[1], fromShape[2]], [toShape[1], toShape[2]]);
  const planeSize = toShape[1] * toShape[2];
  const plane = new Float32Array(planeSize);
  let lowest = 0;
  for (let z = 0; z < depth.from; z++) {
    const source = slice(z);
    while (lowest < depth.to && (depth.first[lowest] as number) + depth.taps <= z) lowest++;
    if (source === undefined) continue;
    resizePlaneBy(inPlane, source, plane);
    for (let i = lowest; i < depth.to && (depth.first[i] as number) <= z; i++) {
      const weight = depth.weights[i * depth.taps + z - (depth.first[i] as number)] as number;
      if (weight > 0) addPlane(out, i * planeSize, plane, weight);
    }
  }
  return out;
}

function addPlane(out: Float32Array, offset: number, plane: Float32Array, weight: number): void {
  for (let p = 0; p < plane.length; p++) {
    out[offset + p] = (out[offset + p] as number) + weight * (plane[p] as number);
  }
}
