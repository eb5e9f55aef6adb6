import { type ErrorCode, errorTable, type PlainError } from '../errors.ts';

/** What other tries would not change, though its status is one of a server. */
const final: ReadonlySet<ErrorCode> = new Set([
  'address-blocked',
  'config-invalid',
  'ehr-rejected',
  'identity-mismatch',
  'write-mode-unavailable',
]);

/** It was no fault of the job: it is put back, and that does not count. */
const putBack: ReadonlySet<ErrorCode> = new Set(['at-capacity', 'shutting-down']);

export function isPutBack({ code }: Pick<PlainError, 'code'>): boolean {
  return putBack.has(code);
}

/** Whether it may go well when it is done once more. */
export function mayPass({ code }: Pick<PlainError, 'code'>): boolean {
  const { status } = errorTable[code];
  return !final.has(code) && (status >= 500 || status === 429 || status === 408);
}

const tenMinutesMs = 600_000;

interface Retry {
  /** How often it was done, 1 or more. */
  readonly attempt: number;
  readonly firstMs: number;
  readonly longestMs?: number;
  /** 0 to 1. */
  readonly random: number;
}

/**
 * How long to wait before it is done again: as long as was asked for, or else twice as long each time, the last quarter of it by chance so that what failed together does not come back together.
 */
export function retryDelayMs(
  { details }: Pick<PlainError, 'details'>,
  { attempt, firstMs, longestMs = tenMinutesMs, random }: Retry,
): number {
  const asked = details['retryAfterSeconds'];
  if (typeof asked === 'number') return Math.min(longestMs, asked * 1000);
  const whole = Math.min(longestMs, firstMs * 2 ** (attempt - 1));
  return Math.round(whole * (0.75 + 0.25 * random));
}
