/** What the errors of undici, the socket and TLS mean. Their own messages may hold addresses and paths. */

const timeoutPhases = {
  UND_ERR_CONNECT_TIMEOUT: ['connect', 'connecting'],
  UND_ERR_HEADERS_TIMEOUT: ['firstByte', 'waiting for the answer'],
  UND_ERR_BODY_TIMEOUT: ['idle', 'in the middle of its answer'],
} as const;

type Limit = (typeof timeoutPhases)[keyof typeof timeoutPhases][0];

export interface Timeout {
  /** Its name among the `timeouts` of an endpoint. */
  readonly limit: Limit;
  readonly seconds: number;
  /** What went on, in words. */
  readonly phase: string;
}

/** Which timeout of undici an error is. */
export function timeoutOf(error: unknown, timeouts: Readonly<Record<Limit, number>>): Timeout | undefined {
  const code = codeOf(error);
  if (!(code in timeoutPhases)) return undefined;
  const [limit, phase] = timeoutPhases[code as keyof typeof timeoutPhases];
  return { limit, seconds: timeouts[limit], phase };
}

/** Failures before there was a connection. */
const noConnection: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name does not resolve at the moment',
  ECONNREFUSED: 'connection refused',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
};

/**
 * Where a connection failed. `before`: there was none, so that nothing can have been sent. `tls`: the other side
 * is not the one that is trusted, or does not trust us. `broken`: it was closed. `unknown`: anything else, also a
 * connection that timed out in the kernel (ETIMEDOUT), which happens before and after sending.
 */
export function connectionFault(error: unknown): 'before' | 'tls' | 'broken' | 'unknown' {
  const code = codeOf(error);
  if (code in noConnection) return 'before';
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') return 'broken';
  return /CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code) ? 'tls' : 'unknown';
}

/** Why there was no answer, in words, with the code. */
export function connectionProblem(error: unknown): string {
  const code = codeOf(error);
  switch (connectionFault(error)) {
    case 'before':
      return `${noConnection[code]} (${code})`;
    case 'tls':
      return `TLS failed (${code})`;
    case 'broken':
      return `it closed the connection without an answer (${code})`;
    case 'unknown':
      return `${code === 'ETIMEDOUT' ? 'the connection timed out' : 'the connection failed'} (${code})`;
  }
}

export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
