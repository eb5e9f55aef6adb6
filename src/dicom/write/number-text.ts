/** Longest decimal text (PS3.5 6.2, DS). */
const longest = 16;

/** A number as the decimal text that is nearest to it among those of 16 characters. */
export function decimalText(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError('a decimal text holds finite numbers only');
  // + 0 turns -0 into 0.
  const whole = String(value + 0);
  if (whole.length <= longest) return whole;
  for (let digits = 16; digits > 0; digits -= 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= longest) return text;
  }
  throw new RangeError('a number without a decimal text');
}

/** A whole number of 32 bits as IS writes it (PS3.5 6.2). */
export function integerText(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > 0x7fffffff) {
    throw new RangeError('an integer text holds whole numbers of 32 bits only');
  }
  return String(value + 0);
}
