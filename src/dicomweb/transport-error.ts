import { errors } from 'undici';
import { abortReason } from '../abort-reason.ts';
import type { PacsConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { codeOf, connectionProblem, timeoutOf } from '../outbound/connection-problem.ts';
import { forwardingFailure } from '../outbound/proxy-failure.ts';

/** What an error of one request is told with. */
export interface Exchange {
  readonly pacs: string;
  readonly timeouts: PacsConfig['timeouts'];
  readonly signal: AbortSignal;
}

/** Whether the head of the answer was still awaited, or its body being read. */
export type Phase = 'head' | 'body';

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
  if (signal.aborted) return abortReason(signal);
  const code = codeOf(cause);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    return new LobarError('shutting-down', {}, { cause });
  }
  const timeout = timeoutOf(cause, timeouts);
  if (timeout !== undefined) {
    return new LobarError('pacs-timeout', { pacs, ...timeout }, { cause });
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
  return (
    forwardingFailure(`pacs.${pacs}`, cause) ??
    new LobarError('pacs-unreachable', { pacs, problem: connectionProblem(cause) }, { cause })
  );
}
