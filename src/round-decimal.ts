/**
 * A number to so many decimals, half away from zero, by the digits that it is written with: 0.35 is 0.4 and 1.005 is
 * 1.01, as Intl shows them and a reader expects, where toFixed goes by the binary fraction (0.3, 1.00).
 */
export function roundDecimal(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const shifted = Number(shift(Math.abs(value), decimals));
  // + 0 turns -0 into 0, which JSON cannot tell apart but a hash of other text could.
  return Math.sign(value) * Number(shift(Math.round(shifted), -decimals)) + 0;
}

/** Times a power of ten, as text: no binary fraction comes between. */
function shift(value: number, places: number): string {
  const [digits = '0', exponent = '0'] = String(value).split('e');
  return `${digits}e${Number(exponent) + places}`;
}
