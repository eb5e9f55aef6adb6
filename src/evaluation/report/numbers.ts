import type { Estimate } from '../metrics.ts';

/** About three digits that mean something. */
export function shown(value: number | undefined, unit = ''): string {
  if (value === undefined) return '';
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1);
  const digits = unit === 'mL' || unit === '%' || unit === 'points' ? (Math.abs(value) < 100 ? 1 : 0) : 3;
  return value.toFixed(digits);
}

/** Value and 95 % interval. */
export function shownEstimate(estimate: Estimate | undefined, unit = ''): string {
  if (estimate === undefined) return '';
  const { value, low, high } = estimate;
  const interval =
    low === undefined || high === undefined ? '' : ` (${shown(low, unit)} to ${shown(high, unit)})`;
  return `${shown(value, unit)}${unit === '' || unit === 'points' ? '' : ` ${unit}`}${interval}`;
}
