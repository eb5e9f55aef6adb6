import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { classifyFailure, type Failure, type RequestFacts } from './classify-failure.ts';

/** How often and how patiently a request is sent again. */
const retries = { attempts: 3, baseMs: 250, longestWaitMs: 10_000 } as const;

export interface SendOptions extends RequestFacts {
  readonly signal: AbortSignal;
  /** The same in every attempt, so that the logs of both sides can be matched. */
  readonly requestId: string;
  readonly config: Pick<EhrConfig, 'bearerTokenFile'>;
  /** Statuses that are an answer to this request, not an error. */
  readonly expected?: readonly number[];
  /** A write: once it was sent, its failure is told, never "cancelled, nothing was published". */
  readonly write?: boolean;
}

/** What an attempt came to: what `send` gave, or the failure with an expected status. */
export type Sent<T> = { readonly value: T } | { readonly failure: Failure };

/**
 * Sends a request up to three times: again after a network error, a timeout, 408, 429 or 5xx, with jitter or
 * after Retry-After; each time the same bytes. A cancelled caller is noticed between attempts.
 *
 * @throws LobarError `ehr-unreachable`, `ehr-timeout`, `ehr-error`, `ehr-rejected`, `ehr-response-invalid`, or
 *   the reason of the signal
 */
export async function sendWithRetry<T>(
  send: (headers: Record<string, string>) => Promise<T>,
  options: SendOptions,
): Promise<Sent<T>> {
  const { signal, expected = [], write = false } = options;
  throwIfAborted(signal);
  for (let attempt = 1; ; attempt += 1) {
    const headers = await requestHeaders(options);
    try {
      return { value: await send(headers) };
    } catch (thrown) {
      const failure = classifyFailure(thrown, options);
      if (failure.status !== undefined && expected.includes(failure.status)) {
        return { failure };
      }
      if (!write && failure.status === undefined) {
        throwIfAborted(signal);
      }
      const waitMs = failure.retryAfterMs ?? jitter(attempt);
      if (!failure.retryable || attempt === retries.attempts || waitMs > retries.longestWaitMs) {
        throw failure.error;
      }
      await sleep(waitMs, undefined, { signal }).catch(() => {
        if (write) throw failure.error;
        throwIfAborted(signal);
      });
    }
  }
}

/** Throws what the caller cancelled with. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) {
    throw signal.reason instanceof LobarError ? signal.reason : new LobarError('cancelled', {});
  }
}

/** Full jitter: processes that failed together do not come back together. */
function jitter(attempt: number): number {
  return Math.random() * retries.baseMs * 2 ** (attempt - 1);
}

async function requestHeaders(options: SendOptions): Promise<Record<string, string>> {
  return {
    'x-request-id': options.requestId,
    'accept-encoding': 'identity',
    ...(await authorization(options)),
  };
}

/** Read again for every attempt: the platform renews the file. */
async function authorization({ ehr, config }: SendOptions): Promise<{ authorization?: string }> {
  if (config.bearerTokenFile === undefined) {
    return {};
  }
  try {
    return { authorization: `Bearer ${(await readFile(config.bearerTokenFile, 'utf8')).trim()}` };
  } catch (cause) {
    throw new LobarError(
      'ehr-unreachable',
      { ehr, problem: 'its bearerTokenFile cannot be read' },
      { cause },
    );
  }
}
