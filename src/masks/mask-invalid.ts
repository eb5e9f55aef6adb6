import { LobarError } from '../errors.ts';

/** Enough for every sentence that is ours; a header is the file's own and may be a megabyte. */
const longestProblem = 300;

/** `mask-invalid`; the problem is the end of a sentence. What it quotes of the file is cut and made printable. */
export function maskInvalid(problem: string, cause?: unknown): LobarError<'mask-invalid'> {
  const printable = problem.replace(/\p{Cc}/gu, '\u{fffd}');
  const short = printable.length > longestProblem ? `${printable.slice(0, longestProblem)}...` : printable;
  return new LobarError('mask-invalid', { problem: short }, cause === undefined ? {} : { cause });
}
