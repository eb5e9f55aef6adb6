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
  const out = new Float32Array(voxelCount(shape));
  const slice = shape[1] * shape[2];
  eachSmoothSlice(source, shape, spacingMm, sigmaMm, (smooth, z) => out.set(smooth, z * slice));
  return out;
}

/**
 * The same slice by slice, from the first on, each until the next one comes: of what is smoothed along two axes only as
 * many slices are kept as the bell is deep, which stay in the processor's cache.
 */
export function eachSmoothSlice(
  source: Int16Array | Float32Array,
  [depth, height, width]: Shape3,
  spacingMm: SpacingMm,
  sigmaMm: number,
  visit: (smooth: Float32Array, z: number) => void,
): void {
  const slice = height * width;
  const [bellZ, bellY, bellX] = spacingMm.map((mm) => bell(sigmaMm / mm)) as [Bell, Bell, Bell];
  const reach = bellZ.length - 1;
  const kept = 2 * reach + 1;
  const ring = new Float32Array(kept * slice);
  const plain = new Float32Array(slice);
  const alongX = new Float32Array(slice);
  const smooth = new Float32Array(slice);
  const lineAt = (z: number) => (z % kept) * slice;
  for (let z = 0, ready = 0; z < depth; z++) {
    for (; ready < depth && ready <= z + reach; ready++) {
      // Of one kind of array, so that the compiler need not tell two apart at every value.
      plain.set(source.subarray(ready * slice, (ready + 1) * slice));
      for (let row = 0; row < slice; row += width) smoothRow(plain, row, alongX, row, width, bellX);
      const to = lineAt(ready);
      for (let y = 0; y < height; y++) {
        smoothLine(alongX, (line) => line * width, y, height, ring, to + y * width, width, bellY);
      }
    }
    smoothLine(ring, lineAt, z, depth, smooth, 0, slice, bellZ);
    visit(smooth, z);
  }
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
  source: Float32Array,
  from: number,
  out: Float32Array,
  to: number,
  width: number,
  weights: Bell,
): void {
  const reach = weights.length - 1;
  if (reach === 3 && width > 6) {
    smoothMiddleByThree(source, from, out, to, width, weights);
    smoothPart(source, from, out, to, width, weights, 0, 3);
    smoothPart(source, from, out, to, width, weights, width - 3, width);
  } else {
    smoothPart(source, from, out, to, width, weights, 0, width);
  }
}

/** A row but for its ends, by a bell of three values on each side, the usual one: without a loop in it, half of the time. */
function smoothMiddleByThree(
  source: Float32Array,
  from: number,
  out: Float32Array,
  to: number,
  width: number,
  weights: Bell,
): void {
  const w0 = weights[0] as number;
  const w1 = weights[1] as number;
  const w2 = weights[2] as number;
  const w3 = weights[3] as number;
  for (let x = 3; x < width - 3; x++) {
    const at = from + x;
    out[to + x] =
      w0 * (source[at] as number) +
      w1 * ((source[at - 1] as number) + (source[at + 1] as number)) +
      w2 * ((source[at - 2] as number) + (source[at + 2] as number)) +
      w3 * ((source[at - 3] as number) + (source[at + 3] as number));
  }
}

function smoothPart(
  source: Float32Array,
  from: number,
  out: Float32Array,
  to: number,
  width: number,
  weights: Bell,
  start: number,
  end: number,
): void {
  const w0 = weights[0] as number;
  for (let x = start; x < end; x++) {
    let sum = w0 * (source[from + x] as number);
    for (let k = 1; k < weights.length; k++) {
      const left = source[from + Math.max(0, x - k)] as number;
      const right = source[from + Math.min(width - 1, x + k)] as number;
      sum += (weights[k] as number) * (left + right);
    }
    out[to + x] = sum;
  }
}

/**
 * One line of `length` values, smoothed across the `count` lines that there are. Its sums are rounded to 32 bits after
 * every weight, and two weights are added in one pass, which is half of the passes.
 *
 * @param lineAt where a line begins in the source
 */
function smoothLine(
  source: Float32Array,
  lineAt: (line: number) => number,
  line: number,
  count: number,
  out: Float32Array,
  to: number,
  length: number,
  weights: Bell,
): void {
  const before = (k: number) => lineAt(Math.max(0, line - k));
  const after = (k: number) => lineAt(Math.min(count - 1, line + k));
  const reach = weights.length - 1;
  const own = lineAt(line);
  const w0 = weights[0] as number;
  for (let i = 0; i < length; i++) out[to + i] = w0 * (source[own + i] as number);
  let k = 1;
  for (; k < reach; k += 2) {
    const w1 = weights[k] as number;
    const w2 = weights[k + 1] as number;
    addTwo(source, before(k), after(k), w1, before(k + 1), after(k + 1), w2, out, to, length);
  }
  if (k === reach) addOne(source, before(k), after(k), weights[k] as number, out, to, length);
}

function addTwo(
  source: Float32Array,
  before1: number,
  after1: number,
  w1: number,
  before2: number,
  after2: number,
  w2: number,
  out: Float32Array,
  to: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    const first = Math.fround(
      (out[to + i] as number) + w1 * ((source[before1 + i] as number) + (source[after1 + i] as number)),
    );
    out[to + i] = first + w2 * ((source[before2 + i] as number) + (source[after2 + i] as number));
  }
}

function addOne(
  source: Float32Array,
  before: number,
  after: number,
  w: number,
  out: Float32Array,
  to: number,
  length: number,
): void {
  for (let i = 0; i < length; i++) {
    out[to + i] =
      (out[to + i] as number) + w * ((source[before + i] as number) + (source[after + i] as number));
  }
}
