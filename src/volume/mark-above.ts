import { nextOccupied, scanMask } from './mask-scan.ts';
import type { ResizePlan } from './resize.ts';

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
  // Weights are not negative and sum to 1 but for rounding: where all that a row is made of lies clearly below the
  // threshold, so does the row. Most rows of most slices do.
  const rises = rowsAbove(plane, width.from, threshold - 1e-9 * (1 + Math.abs(threshold)));
  for (let y = 0; y < height.to; y++) {
    if (!anyOf(rises, height.first[y] as number, height.taps)) continue;
    const offset = y * width.to;
    const end = offset + width.to;
    for (let i = nextOccupied(scan, offset, end); i < end; i = nextOccupied(scan, i, end)) {
      for (; i < end && inside[i] !== 0; i++) {
        const value = sample(plan, plane, y, i - offset);
        out[i] = value > threshold ? (value > peak ? 2 : 1) : 0;
      }
    }
  }
}

/** 1 for the rows of a plane that somewhere rise above a limit. */
function rowsAbove(plane: Float32Array, width: number, limit: number): Uint8Array {
  const rows = new Uint8Array(plane.length / width);
  for (let row = 0; row < rows.length; row++) {
    const end = (row + 1) * width;
    let i = row * width;
    // Not `<= limit`: a NaN says nothing about what is beside it.
    while (i < end && !((plane[i] as number) > limit)) i++;
    if (i < end) rows[row] = 1;
  }
  return rows;
}

function anyOf(flags: Uint8Array, first: number, count: number): boolean {
  for (let i = first; i < first + count; i++) if (flags[i] !== 0) return true;
  return false;
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
