/** What becomes of the grey values of a plane of float32, each computed in float64. */

/** (value - low) / width, clipped to [0, 1]; a NaN stays one. */
export function windowPlane(plane: usize, length: i32, low: f64, width: f64): void {
  const lows = f64x2.splat(low);
  const widths = f64x2.splat(width);
  const zeros = f64x2.splat(0);
  const ones = f64x2.splat(1);
  const end: usize = plane + <usize>length * 4;
  let at: usize = plane;
  for (; at + 8 <= end; at += 8) {
    const pair = f64x2.div(f64x2.sub(twoAt(at), lows), widths);
    storeTwo(at, f64x2.pmin(f64x2.pmax(pair, zeros), ones));
  }
  if (at < end) {
    const value: f64 = (<f64>load<f32>(at) - low) / width;
    store<f32>(at, <f32>(value < 0 ? 0 : value > 1 ? 1 : value));
  }
}

/**
 * Writes minimum, maximum, sum and sum of squares, four float64, to `out`. Both sums are taken in the order of the
 * plane, so that they are the same on every machine.
 */
export function planeSums(plane: usize, length: i32, out: usize): void {
  let minimum: f32 = Infinity;
  let maximum: f32 = -Infinity;
  let sum: f64 = 0;
  let squares: f64 = 0;
  const end: usize = plane + <usize>length * 4;
  let at: usize = plane;
  let least = f32x4.splat(Infinity);
  let most = f32x4.splat(-Infinity);
  for (; at + 16 <= end; at += 16) {
    const four = v128.load(at);
    least = f32x4.pmin(least, four);
    most = f32x4.pmax(most, four);
    for (let i: usize = 0; i < 16; i += 4) {
      const value: f64 = <f64>load<f32>(at + i);
      sum += value;
      squares += value * value;
    }
  }
  for (; at < end; at += 4) {
    const single: f32 = load<f32>(at);
    if (single < minimum) minimum = single;
    if (single > maximum) maximum = single;
    sum += <f64>single;
    squares += <f64>single * <f64>single;
  }
  store<f64>(out, <f64>min(minimum, leastOf(least)));
  store<f64>(out, <f64>max(maximum, mostOf(most)), 8);
  store<f64>(out, sum, 16);
  store<f64>(out, squares, 24);
}

function leastOf(four: v128): f32 {
  return min(
    min(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
    min(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
  );
}

function mostOf(four: v128): f32 {
  return max(
    max(f32x4.extract_lane(four, 0), f32x4.extract_lane(four, 1)),
    max(f32x4.extract_lane(four, 2), f32x4.extract_lane(four, 3)),
  );
}

/** low + a (value - minimum) (value + mirror), clipped to [low, high]. */
export function parabola(
  plane: usize,
  length: i32,
  low: f64,
  high: f64,
  a: f64,
  minimum: f64,
  mirror: f64,
): void {
  const lows = f64x2.splat(low);
  const highs = f64x2.splat(high);
  const factors = f64x2.splat(a);
  const minima = f64x2.splat(minimum);
  const mirrors = f64x2.splat(mirror);
  const end: usize = plane + <usize>length * 4;
  let at: usize = plane;
  for (; at + 8 <= end; at += 8) {
    const pair = twoAt(at);
    const risen = f64x2.mul(f64x2.mul(factors, f64x2.sub(pair, minima)), f64x2.add(pair, mirrors));
    storeTwo(at, f64x2.pmin(f64x2.pmax(f64x2.add(lows, risen), lows), highs));
  }
  if (at < end) {
    const value: f64 = <f64>load<f32>(at);
    const risen: f64 = low + a * (value - minimum) * (value + mirror);
    store<f32>(at, <f32>(risen < low ? low : risen > high ? high : risen));
  }
}

function twoAt(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

function storeTwo(at: usize, pair: v128): void {
  v128.store64_lane(at, f32x4.demote_f64x2_zero(pair), 0);
}
