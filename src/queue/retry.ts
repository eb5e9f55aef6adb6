import { type ErrorCode, errorTable, type PlainError } from '../errors.ts';
import { pacsCodes } from '../errors-pacs.ts';

/** What other tries would not change, though its status is one of a server. */
const final: ReadonlySet<ErrorCode> = new Set([
  'address-blocked',
  'ehr-rejected',
  'identity-mismatch',
  'write-mode-unavailable',
]);

/**
 * Others fail, or the configuration of this process is not (or no more) the one that the job was asked under: it goes
 * well when they are mended, which may take hours.
 */
const others: ReadonlySet<ErrorCode> = new Set([
  ...pacsCodes,
  'ehr-unreachable',
  'ehr-timeout',
  'ehr-outcome-unknown',
  'ehr-error',
  'ehr-busy',
  'ehr-auth-failed',
  'ehr-token-unavailable',
  'ehr-suspended',
  'ehr-response-invalid',
  'task-not-updated',
  'audit-unavailable',
  'issuer-unavailable',
  'proxy-failed',
  'endpoint-unknown',
  'publish-not-configured',
  'config-invalid',
]);

/** It was no fault of the job: it is put back, and that does not count. */
const putBack: ReadonlySet<ErrorCode> = new Set(['at-capacity', 'shutting-down']);

export function isPutBack({ code }: Pick<PlainError, 'code'>): boolean {
  return putBack.has(code);
}

/** Whether it may go well when it is done once more. */
export function mayPass({ code }: Pick<PlainError, 'code'>): boolean {
  const { status } = errorTable[code];
  return others.has(code) || (!final.has(code) && (status >= 500 || status === 429 || status === 408));
}

/** Whether others are at fault: tries are not counted then, only how long it lasts. */
export function isOthers({ code }: Pick<PlainError, 'code'>): boolean {
  return others.has(code);
}

/** Whether what was asked for cannot be done: whoever asked is told, and nobody else can do anything. */
export function isAskersMistake({ code }: Pick<PlainError, 'code'>): boolean {
  return errorTable[code].status < 500 && !mayPass({ code });
}

const tenMinutesMs = 600_000;
/** Who asks for more is asked earlier. */
const longestAskedMs = 3_600_000;

interface Retry {
  /** How often it was done, 1 or more. */
  readonly attempt: number;
  readonly firstMs: number;
  readonly longestMs?: number;
  /** 0 to 1. */
  readonly random: number;
}

/** How long to wait before something is done again: twice as long each time, a part of it by chance. */
export function backoffMs({ attempt, firstMs, longestMs = tenMinutesMs, random }: Retry): number {
  return Math.round(Math.min(longestMs, firstMs * 2 ** (attempt - 1)) * (0.75 + 0.25 * random));
}

/** The same, and not less than was asked for; by chance as well, so that what failed together does not come back together. */
export function retryDelayMs({ details }: Pick<PlainError, 'details'>, retry: Retry): number {
  const seconds = details['retryAfterSeconds'];
  const asked = typeof seconds === 'number' ? Math.min(longestAskedMs, seconds * 1000) : 0;
  return Math.max(backoffMs(retry), Math.round(asked * (1 + 0.25 * retry.random)));
}
