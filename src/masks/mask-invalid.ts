import { LobarError } from '../errors.ts';

/** `mask-invalid`; the problem is the end of a sentence. */
export function maskInvalid(problem: string, cause?: unknown): LobarError<'mask-invalid'> {
  return new LobarError('mask-invalid', { problem }, cause === undefined ? {} : { cause });
}
