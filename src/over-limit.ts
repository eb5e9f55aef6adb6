import type { LimitsConfig } from './config-schema.ts';
import { type ErrorDetails, LobarError } from './errors.ts';

/** A limit of the configuration, as its error tells it. */
export interface Limit {
  readonly name: keyof LimitsConfig;
  readonly value: number;
  readonly unit: string;
}

/** `limit-exceeded` by the name of the limit. */
export function overLimit(
  { name, value, unit }: Limit,
  details: ErrorDetails = {},
): LobarError<'limit-exceeded'> {
  return new LobarError('limit-exceeded', { limit: `limits.${name}`, value, unit }, { details });
}

/** Errors: `limit-exceeded`. */
export function within<Name extends keyof LimitsConfig>(
  name: Name,
  value: number,
  limits: Pick<LimitsConfig, Name>,
  unit: string,
  details: ErrorDetails = {},
): void {
  if (value > limits[name]) throw overLimit({ name, value: limits[name], unit }, details);
}
