const mm = new Intl.NumberFormat('en', { style: 'unit', unit: 'millimeter', maximumFractionDigits: 1 });

/** A coordinate as the English report writes it: -487.84 is −487.8 mm, and -0.04 is 0 mm. */
export function mmText(value: number): string {
  return mm.format(Math.round(value * 10) / 10 + 0).replace('-', '\u2212');
}
