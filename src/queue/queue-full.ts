import { LobarError } from '../errors.ts';

/** After so long one may try again where the line is full: nobody knows better. */
const retryAfterSeconds = 60;

/** A line takes no more. */
export function queueFull(): LobarError {
  return new LobarError('at-capacity', { what: 'queue' }, { details: { retryAfterSeconds } });
}
