/**
 * A plane of int16 [.., width] resized to float32 [rows, columns], summed in float64: rows first, then columns, every
 * tap in its order. Along an axis sample i is the sum of weights[i * taps + k] times source sample first[i] + k
 * (../../resize-plan.ts). `row` is room for a row of the source in float64. All that is no number is an address.
 */
export function resizeInts(
  source: usize,
  width: i32,
  rows: i32,
  rowFirst: usize,
  rowWeights: usize,
  rowTaps: i32,
  columns: i32,
  columnFirst: usize,
  columnWeights: usize,
  columnTaps: i32,
  row: usize,
  out: usize,
): void {
  for (let y: i32 = 0; y < rows; y++) {
    const weights: usize = rowWeights + <usize>(y * rowTaps) * 8;
    // Of 8 rows that become 5 two in five have a last tap of weight 0: of integers, which have no -0, it changes no bit.
    let taps = rowTaps;
    while (taps > 1 && load<f64>(weights + <usize>(taps - 1) * 8) === 0) taps--;
    const first: usize = source + <usize>(load<i32>(rowFirst + <usize>y * 4) * width) * 2;
    sumRows(first, width, weights, taps, row);
    sumColumns(row, columns, columnFirst, columnWeights, columnTaps, out + <usize>(y * columns) * 4);
  }
}

/** Eight columns at a time. */
function sumRows(source: usize, width: i32, weights: usize, taps: i32, row: usize): void {
  const stride: usize = <usize>width * 2;
  let x: i32 = 0;
  for (; x + 8 <= width; x += 8) {
    let a = f64x2.splat(0);
    let b = a;
    let c = a;
    let d = a;
    let at: usize = source + <usize>x * 2;
    for (let k: i32 = 0; k < taps; k++, at += stride) {
      const weight = f64x2.splat(load<f64>(weights + <usize>k * 8));
      const eight = v128.load(at);
      const low = i32x4.extend_low_i16x8_s(eight);
      const high = i32x4.extend_high_i16x8_s(eight);
      a = f64x2.add(a, f64x2.mul(weight, f64x2.convert_low_i32x4_s(low)));
      b = f64x2.add(b, f64x2.mul(weight, f64x2.convert_low_i32x4_s(upperHalf(low))));
      c = f64x2.add(c, f64x2.mul(weight, f64x2.convert_low_i32x4_s(high)));
      d = f64x2.add(d, f64x2.mul(weight, f64x2.convert_low_i32x4_s(upperHalf(high))));
    }
    const out: usize = row + <usize>x * 8;
    v128.store(out, a);
    v128.store(out, b, 16);
    v128.store(out, c, 32);
    v128.store(out, d, 48);
  }
  for (; x < width; x++) {
    let sum: f64 = 0;
    let at: usize = source + <usize>x * 2;
    for (let k: i32 = 0; k < taps; k++, at += stride) {
      sum += load<f64>(weights + <usize>k * 8) * <f64>load<i16>(at);
    }
    store<f64>(row + <usize>x * 8, sum);
  }
}

function upperHalf(four: v128): v128 {
  return v128.shuffle<i64>(four, four, 1, 0);
}

/** The usual numbers of taps are written out. */
function sumColumns(row: usize, width: i32, first: usize, weights: usize, taps: i32, out: usize): void {
  let w: usize = weights;
  for (let x: i32 = 0; x < width; x++, w += <usize>taps * 8) {
    const at: usize = row + <usize>load<i32>(first + <usize>x * 4) * 8;
    let sum: f64 = load<f64>(w) * load<f64>(at);
    if (taps >= 2) sum += load<f64>(w, 8) * load<f64>(at, 8);
    if (taps >= 3) sum += load<f64>(w, 16) * load<f64>(at, 16);
    for (let k: i32 = 3; k < taps; k++) {
      sum += load<f64>(w + <usize>k * 8) * load<f64>(at + <usize>k * 8);
    }
    store<f32>(out + <usize>x * 4, <f32>sum);
  }
}
