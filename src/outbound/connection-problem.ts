interface Timeouts {
  readonly connect: number;
  readonly firstByte: number;
  readonly idle: number;
}

const timeoutPhases = {
  UND_ERR_CONNECT_TIMEOUT: ['connect', 'connecting'],
  UND_ERR_HEADERS_TIMEOUT: ['firstByte', 'waiting for the answer'],
  UND_ERR_BODY_TIMEOUT: ['idle', 'in the middle of its answer'],
} as const;

/** Which timeout of undici an error is, with its length and what went on, in words. */
export function timeoutOf(
  error: unknown,
  timeouts: Timeouts,
): { readonly seconds: number; readonly phase: string } | undefined {
  const code = codeOf(error);
  if (!(code in timeoutPhases)) return undefined;
  const [setting, phase] = timeoutPhases[code as keyof typeof timeoutPhases];
  return { seconds: timeouts[setting], phase };
}

const unreachable: Readonly<Record<string, string>> = {
  ENOTFOUND: 'its name does not resolve',
  EAI_AGAIN: 'its name does not resolve at the moment',
  ECONNREFUSED: 'the connection was refused',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'the connection timed out',
};

/** Why there was no answer, in words, with the code. The error's own message may hold addresses and paths. */
export function connectionProblem(error: unknown): string {
  const code = codeOf(error);
  if (code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE') {
    return `it closed the connection without an answer (${code})`;
  }
  if (/CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code)) return `TLS failed (${code})`;
  return `${unreachable[code] ?? 'the connection failed'} (${code})`;
}

export function codeOf(error: unknown): string {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'unknown';
}
