import { nextOccupied, scanMask } from './mask-scan.ts';
import type { ResizePlan } from './resize.ts';
import type { AxisPlan } from './resize-plan.ts';

/**
 * Writes 1 where `plane`, resized by `plan`, is above `threshold` and `inside` is not 0, 2 where it is above
 * `peak` too, and 0 elsewhere: the same numbers as `resizePlane`, worked out only at the voxels that count (a
 * lung is a tenth of a slice).
 *
 * @param inside a mask [y, x] of the size that the plan resizes to, as is `out`
 * @param peak not below the threshold; without it nothing is 2
 */
export function markAbove(
  plan: ResizePlan,
  plane: Float32Array,
  threshold: number,
  inside: Uint8Array,
  out: Uint8Array,
  peak = Number.POSITIVE_INFINITY,
): void {
  const { height, width } = plan;
  const size = height.to * width.to;
  if (plane.length !== height.from * width.from || inside.length !== size || out.length !== size) {
    throw new RangeError('The plane, or its mask, is not of the size it was planned for');
  }
  const sample = height.taps === 2 && width.taps === 2 ? sampleFour : sampleMany;
  const scan = scanMask(inside);
  out.fill(0);
  // Weights are not negative and sum to 1 but for rounding: where all that a voxel is made of lies clearly below the
  // threshold, so does the voxel. Most of most slices do.
  const rises = risesAbove(plane, width.from, threshold - 1e-9 * (1 + Math.abs(threshold)));
  const reach = reachOf(width);
  for (let y = 0; y < height.to; y++) {
    const { left, right } = riseOfRows(rises, height.first[y] as number, height.taps);
    if (left > right) continue;
    const offset = y * width.to;
    const end = offset + (reach.end[right] as number);
    const start = offset + (reach.start[left] as number);
    for (let i = nextOccupied(scan, start, end); i < end; i = nextOccupied(scan, i, end)) {
      for (; i < end && inside[i] !== 0; i++) {
        const value = sample(plan, plane, y, i - offset);
        out[i] = value > threshold ? (value > peak ? 2 : 1) : 0;
      }
    }
  }
}

/** The first and the last column of each row that rise above a limit; none where `left` is above `right`. */
interface Rises {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

function risesAbove(plane: Float32Array, width: number, limit: number): Rises {
  const height = plane.length / width;
  const left = new Int32Array(height).fill(width);
  const right = new Int32Array(height).fill(-1);
  for (let row = 0; row < height; row++) {
    const start = row * width;
    const end = start + width;
    let i = start;
    // Not `<= limit`: a NaN says nothing about what is beside it.
    while (i < end && !((plane[i] as number) > limit)) i++;
    if (i === end) continue;
    left[row] = i - start;
    i = end - 1;
    while (!((plane[i] as number) > limit)) i--;
    right[row] = i - start;
  }
  return { left, right };
}

function riseOfRows({ left, right }: Rises, first: number, count: number) {
  let [low, high] = [left[first] as number, right[first] as number];
  for (let row = first + 1; row < first + count; row++) {
    low = Math.min(low, left[row] as number);
    high = Math.max(high, right[row] as number);
  }
  return { left: low, right: high };
}

/** For each column of the source the first of the result that it is part of, and one past the last. */
function reachOf({ first, from, taps, to }: AxisPlan) {
  const start = new Int32Array(from).fill(to);
  const end = new Int32Array(from);
  for (let x = 0; x < to; x++) {
    for (let k = 0; k < taps; k++) {
      const column = (first[x] as number) + k;
      start[column] = Math.min(start[column] as number, x);
      end[column] = x + 1;
    }
  }
  // A column that has no weight anywhere reaches as far as those beside it.
  for (let column = from - 2; column >= 0; column--) {
    start[column] = Math.min(start[column] as number, start[column + 1] as number);
  }
  for (let column = 1; column < from; column++) {
    end[column] = Math.max(end[column] as number, end[column - 1] as number);
  }
  return { start, end };
}

/** Linear along both axes, the usual case, written out. */
function sampleFour({ height, width }: ResizePlan, plane: Float32Array, y: number, x: number): number {
  const above = (height.first[y] as number) * width.from + (width.first[x] as number);
  const below = above + width.from;
  const left = width.weights[2 * x] as number;
  const right = width.weights[2 * x + 1] as number;
  return (
    (height.weights[2 * y] as number) *
      (left * (plane[above] as number) + right * (plane[above + 1] as number)) +
    (height.weights[2 * y + 1] as number) *
      (left * (plane[below] as number) + right * (plane[below + 1] as number))
  );
}

function sampleMany({ height, width }: ResizePlan, plane: Float32Array, y: number, x: number): number {
  const corner = (height.first[y] as number) * width.from + (width.first[x] as number);
  let sum = 0;
  for (let j = 0; j < height.taps; j++) {
    let across = 0;
    for (let k = 0; k < width.taps; k++) {
      across +=
        (width.weights[x * width.taps + k] as number) * (plane[corner + j * width.from + k] as number);
    }
    sum += (height.weights[y * height.taps + j] as number) * across;
  }
  return sum;
}
