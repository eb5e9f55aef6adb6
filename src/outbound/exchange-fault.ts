import { LobarError } from '../errors.ts';
import type { ExchangeFault } from '../telemetry/exchange.ts';
import { codeOf, connectionFault } from './connection-problem.ts';

/**
 * Why a request has no whole answer, in one word for metrics.
 *
 * @param thrown - by undici, by fetch (which hides the cause), or the LobarError that was made of it
 * @param signal - that the request was sent with
 */
export function exchangeFault(thrown: unknown, signal?: AbortSignal): ExchangeFault {
  if (signal?.aborted) return isOverdue(signal.reason) ? 'timeout' : 'aborted';
  const isWrapped = thrown instanceof LobarError || codeOf(thrown) === 'unknown';
  const error = isWrapped && thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  if (isBarred(thrown) || isBarred(error)) return 'unreachable';
  // Of AbortSignal.timeout.
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'timeout';
  const code = codeOf(error);
  if (code === 'ETIMEDOUT' || /^UND_ERR_\w+_TIMEOUT$/.test(code)) return 'timeout';
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') return 'aborted';
  const fault = connectionFault(error);
  if (fault === 'unknown') return 'error';
  return fault === 'broken' ? 'broken' : 'unreachable';
}

/** Of an answer whose rest nobody reads: its status where that was enough, the fault where the request was given up. */
export function statusUnlessAborted(status: number, signal: AbortSignal): number | ExchangeFault {
  return signal.aborted ? exchangeFault(undefined, signal) : status;
}

/** Where nothing can get to the endpoint, so nothing was sent. */
function isBarred(error: unknown): boolean {
  return error instanceof LobarError && (error.code === 'address-blocked' || error.code === 'proxy-failed');
}

/** Our own clock over a whole answer, or over all of the publishing; not that over the analysis. */
function isOverdue(reason: unknown): boolean {
  return reason instanceof LobarError && (reason.code === 'pacs-timeout' || reason.code === 'ehr-timeout');
}
