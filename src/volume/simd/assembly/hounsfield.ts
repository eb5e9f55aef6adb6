/**
 * 16-bit words, a multiple of eight of them, to HU of rescale slope 1 in place: less the `unused` high bits, with or
 * without sign, plus `intercept`, clamped to int16. What lies in [low, high], as a whole word or without those bits, is
 * padding and becomes `air`; where `low` is above `high` nothing is.
 */
export function linearHu(
  words: usize,
  length: i32,
  unused: i32,
  isSigned: bool,
  intercept: i32,
  low: i32,
  high: i32,
  air: i32,
): void {
  const intercepts = i16x8.splat(<i16>intercept);
  const lows = i16x8.splat(<i16>low);
  const highs = i16x8.splat(<i16>high);
  const airs = i16x8.splat(<i16>air);
  const end: usize = words + <usize>length * 2;
  for (let at: usize = words; at < end; at += 16) {
    const whole = v128.load(at);
    const up = i16x8.shl(whole, unused);
    const stored = isSigned ? i16x8.shr_s(up, unused) : i16x8.shr_u(up, unused);
    const isPadding = v128.or(within(stored, lows, highs), within(whole, lows, highs));
    v128.store(at, v128.bitselect(airs, i16x8.add_sat_s(stored, intercepts), isPadding));
  }
}

function within(eight: v128, lows: v128, highs: v128): v128 {
  return v128.and(i16x8.ge_s(eight, lows), i16x8.le_s(eight, highs));
}
