import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

/** `decode-failed` with the syntax by its name and the instance in the details. */
export function decodeFailure(header: InstanceHeader, problem: string, cause?: unknown): LobarError {
  const syntax = transferSyntax(header.transferSyntaxUid ?? '')?.name ?? 'unknown';
  return new LobarError(
    'decode-failed',
    { syntax, problem },
    { cause, details: { sopInstanceUid: header.sopInstanceUid } },
  );
}
