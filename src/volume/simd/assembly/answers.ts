/** What networks answer: probabilities in float32. */

/** Whether all values lie in [low, high]; a NaN does not. */
export function allWithin(values: usize, length: i32, low: f64, high: f64): bool {
  // What lies strictly within the bounds as rounded to float32 lies within the bounds; the rest is looked at again.
  const lows = f32x4.splat(<f32>low);
  const highs = f32x4.splat(<f32>high);
  const end: usize = values + <usize>length * 4;
  let at: usize = values;
  for (; at + 16 <= end; at += 16) {
    const four = v128.load(at);
    if (i32x4.all_true(v128.and(f32x4.gt(four, lows), f32x4.lt(four, highs)))) continue;
    for (let i: usize = 0; i < 16; i += 4) if (!isWithin(at + i, low, high)) return false;
  }
  for (; at < end; at += 4) if (!isWithin(at, low, high)) return false;
  return true;
}

function isWithin(at: usize, low: f64, high: f64): bool {
  const value: f64 = <f64>load<f32>(at);
  return value >= low && value <= high;
}

/**
 * Reads an answer [channels, length]: where lung is at least as probable as `faintest` of 255, its probability times
 * 255 is written to `lung` and the likeliest part (its place + 1, the first of equals) to `names`; both hold 0s.
 * `background` is the offset of that channel in bytes, `parts` has those of `count` parts.
 *
 * @returns whether the channels of every pixel are probabilities that sum to 1, within `tolerance`
 */
export function readParts(
  answer: usize,
  length: i32,
  channels: i32,
  background: usize,
  parts: usize,
  count: i32,
  faintest: f64,
  tolerance: f64,
  lung: usize,
  names: usize,
): bool {
  const step: usize = <usize>length * 4;
  // float32 may be wrong by far less than that. What it does not settle is worked out in float64.
  const margin: f64 = 1e-4;
  const least = f32x4.splat(<f32>(1 - tolerance + margin));
  const most = f32x4.splat(<f32>(1 + tolerance - margin));
  const faint = f32x4.splat(<f32>(1 - (faintest - 0.5) / 255 + margin));
  let p: i32 = 0;
  for (; p + 4 <= length; p += 4) {
    const at: usize = answer + <usize>p * 4;
    let sum = v128.load(at);
    let magnitude = f32x4.abs(sum);
    for (let k: i32 = 1; k < channels; k++) {
      const four = v128.load(at + <usize>k * step);
      sum = f32x4.add(sum, four);
      magnitude = f32x4.add(magnitude, f32x4.abs(four));
    }
    if (!i32x4.all_true(v128.and(f32x4.gt(sum, least), f32x4.lt(magnitude, most)))) {
      for (let i: usize = 0; i < 16; i += 4) {
        if (!sumsToOne(at + i, channels, step, tolerance)) return false;
      }
    }
    // Most of a slice.
    if (i32x4.all_true(f32x4.gt(v128.load(at + background), faint))) continue;
    for (let i: i32 = 0; i < 4; i++) {
      readPixel(
        at + <usize>i * 4,
        background,
        parts,
        count,
        faintest,
        lung + <usize>(p + i),
        names + <usize>(p + i),
      );
    }
  }
  for (; p < length; p++) {
    const at: usize = answer + <usize>p * 4;
    if (!sumsToOne(at, channels, step, tolerance)) return false;
    readPixel(at, background, parts, count, faintest, lung + <usize>p, names + <usize>p);
  }
  return true;
}

function sumsToOne(at: usize, channels: i32, step: usize, tolerance: f64): bool {
  let sum: f64 = 0;
  let magnitude: f64 = 0;
  for (let k: i32 = 0; k < channels; k++) {
    const value: f64 = <f64>load<f32>(at + <usize>k * step);
    sum += value;
    magnitude += abs(value);
  }
  // Every comparison with a NaN is false. Where the sum is 1 and no channel below 0, none is above 1.
  return sum >= 1 - tolerance && magnitude <= 1 + tolerance;
}

function readPixel(
  at: usize,
  background: usize,
  parts: usize,
  count: i32,
  faintest: f64,
  lung: usize,
  name: usize,
): void {
  const probability: f64 = Math.floor(255 * (1 - <f64>load<f32>(at + background)) + 0.5);
  if (probability < faintest) return;
  // A background a little below 0 must not come round to 0.
  store<u8>(lung, <u8>(<i32>min(probability, 255)));
  let best: i32 = 0;
  let most: f32 = load<f32>(at + load<u32>(parts));
  for (let k: i32 = 1; k < count; k++) {
    const value: f32 = load<f32>(at + load<u32>(parts + <usize>k * 4));
    if (value <= most) continue;
    most = value;
    best = k;
  }
  store<u8>(name, <u8>(best + 1));
}
