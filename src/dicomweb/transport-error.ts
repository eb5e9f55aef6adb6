import { errors } from 'undici';
import type { PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';

/** What an error of one request is told with. */
export interface Exchange {
  readonly pacs: string;
  readonly timeouts: PacsConfig['timeouts'];
  readonly signal: AbortSignal;
}

/** Whether the head of the answer was still awaited, or its body being read. */
export type Phase = 'head' | 'body';

const timeoutPhases = {
  UND_ERR_CONNECT_TIMEOUT: ['connect', 'connecting'],
  UND_ERR_HEADERS_TIMEOUT: ['firstByte', 'waiting for the answer'],
  UND_ERR_BODY_TIMEOUT: ['idle', 'in the middle of its answer'],
} as const;

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name does not resolve at the moment',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'the connection timed out',
};

/**
 * The coded error behind what undici, the socket or TLS threw. Their own messages hold addresses and paths,
 * so only their codes are quoted; the cause goes along for a debugger.
 */
export function transportError(
  cause: unknown,
  { pacs, timeouts, signal }: Exchange,
  phase: Phase,
): LobarError {
  if (cause instanceof LobarError) return cause;
  if (signal.aborted) {
    // A caller that aborts with a coded reason, such as its deadline, gets that reason.
    return signal.reason instanceof LobarError ? signal.reason : new LobarError('cancelled', {}, { cause });
  }
  const code = codeOf(cause);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new LobarError('shutting-down', {}, { cause });
  }
  if (code in timeoutPhases) {
    const [setting, during] = timeoutPhases[code as keyof typeof timeoutPhases];
    return new LobarError('pacs-timeout', { pacs, phase: during, seconds: timeouts[setting] }, { cause });
  }
  if (cause instanceof errors.HTTPParserError || cause instanceof errors.HeadersOverflowError) {
    return new LobarError('pacs-response-invalid', { pacs, problem: 'its answer is not HTTP' }, { cause });
  }
  if (phase === 'body') {
    return new LobarError(
      'pacs-incomplete',
      { pacs, problem: `the connection was lost (${code})` },
      { cause },
    );
  }
  return new LobarError('pacs-unreachable', { pacs, problem: connectionProblem(code) }, { cause });
}

function connectionProblem(code: string): string {
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') {
    return `it closed the connection without an answer (${code})`;
  }
  if (/CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code)) return `TLS failed (${code})`;
  return `${unreachable[code] ?? 'the connection failed'} (${code})`;
}

function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
