import { retryAfterMs, retryWaitMs, wait } from '../backoff.ts';
import { LobarError } from '../errors.ts';
import { isBusy } from './refused-by-pacs.ts';
import type { PacsRequest, PacsResponse, Transport } from './transport.ts';

/** What passes by itself: a server or a proxy that is overloaded, restarting, or lost who it asks. */
const passingStatuses = new Set([408, 429, 502, 503, 504]);
/**
 * Refused, or closed before the head of the answer: also what a kept connection that just went stale does; or
 * its name did not resolve for the moment.
 */
const connectionFaults = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'EAI_AGAIN']);

export const retryBaseMs = 250;
const longestWaitMs = 30_000;

/**
 * The same transport, which sends a GET again, up to `retries` times, when the PACS is busy or closed the
 * connection before it answered: with jitter, which comes on top of a Retry-After of 30 s at most, so that
 * those that were sent away together do not come back together. Anything but a GET is sent once.
 *
 * Errors of `send`, beside the transport's: `pacs-busy` where the PACS asks to be left alone for longer, or
 * still after the last retry; `details.retryAfterSeconds` is what it asked for. Without Retry-After the last
 * answer is given as it is.
 */
export function withRetries(transport: Transport, retries: number): Transport {
  const closing = new AbortController();

  async function send(request: PacsRequest): Promise<PacsResponse> {
    if (request.method !== 'GET') return await transport.send(request);
    const signal = AbortSignal.any([request.signal, closing.signal]);
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt > retries;
      let askedMs: number | undefined;
      try {
        const response = await transport.send(request);
        if (!passingStatuses.has(response.status)) return response;
        askedMs = isBusy(response.status) ? retryAfterMs(response.header('retry-after')) : undefined;
        if (isLast || (askedMs ?? 0) > longestWaitMs) return givenUp(transport.name, response, askedMs);
        response.discard();
      } catch (error) {
        if (isLast || !isConnectionFault(error)) throw error;
      }
      await wait(retryWaitMs(attempt, retryBaseMs, askedMs), signal);
    }
  }

  return {
    ...transport,
    send,
    async close() {
      closing.abort(new LobarError('shutting-down', {}));
      await transport.close();
    },
  };
}

function givenUp(pacs: string, response: PacsResponse, askedMs: number | undefined): PacsResponse {
  if (askedMs === undefined) return response;
  response.discard();
  const seconds = Math.max(1, Math.ceil(askedMs / 1000));
  throw new LobarError('pacs-busy', { pacs, seconds }, { details: { retryAfterSeconds: seconds } });
}

function isConnectionFault(error: unknown): boolean {
  if (!(error instanceof LobarError) || error.code !== 'pacs-unreachable') return false;
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' && connectionFaults.has(code);
}
