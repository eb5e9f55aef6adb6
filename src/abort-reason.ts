import { LobarError } from './errors.ts';

/** What an aborted signal was aborted with, or `cancelled` where that has no code. */
export function abortReason({ reason }: AbortSignal): LobarError {
  return reason instanceof LobarError ? reason : new LobarError('cancelled', {}, { cause: reason });
}
