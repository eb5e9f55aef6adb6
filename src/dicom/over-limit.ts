import type { LimitsConfig } from '../config-schema.ts';
import { type ErrorDetails, LobarError } from '../errors.ts';

/** `limit-exceeded` by the name of the limit. */
export function overLimit<Key extends keyof LimitsConfig>(
  key: Key,
  limits: Pick<LimitsConfig, Key>,
  unit: string,
  details: ErrorDetails = {},
): LobarError {
  return new LobarError('limit-exceeded', { limit: `limits.${key}`, value: limits[key], unit }, { details });
}

/** Errors: `limit-exceeded`. */
export function within<Key extends keyof LimitsConfig>(
  key: Key,
  value: number,
  limits: Pick<LimitsConfig, Key>,
  unit: string,
  details: ErrorDetails = {},
): void {
  if (value > limits[key]) throw overLimit(key, limits, unit, details);
}
