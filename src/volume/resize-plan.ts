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
export function planAxis(from: number, to: number): AxisPlan {
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
