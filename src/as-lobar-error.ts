import { LobarError } from './errors.ts';

/** What was thrown, or `internal` because of it where that has no code. */
export function asLobarError(thrown: unknown): LobarError {
  return thrown instanceof LobarError ? thrown : new LobarError('internal', {}, { cause: thrown });
}
