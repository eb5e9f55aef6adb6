import { jitteredMs, throwIfAborted, wait } from '../backoff.ts';
import { classifyFailure, type Failure, type RequestFacts } from './classify-failure.ts';
import { type HeaderOptions, requestHeaders } from './request-headers.ts';

/** How often and how patiently a request is sent again. */
const retries = { attempts: 3, baseMs: 250, longestWaitMs: 10_000 } as const;

export interface SendOptions extends RequestFacts, HeaderOptions {
  readonly signal: AbortSignal;
  /** Statuses that are an answer to this request, not an error. */
  readonly expected?: readonly number[];
}

/** What an attempt came to: what `send` gave, or how it failed. */
export type Sent<T> = { readonly value: T } | { readonly failure: Failure };

/**
 * Sends a request once.
 *
 * @throws LobarError `config-invalid` (token file), or the reason of the signal if it was aborted before
 */
export async function sendOnce<T>(
  send: (headers: Record<string, string>) => Promise<T>,
  options: SendOptions,
): Promise<Sent<T>> {
  throwIfAborted(options.signal);
  const headers = await requestHeaders(options);
  try {
    return { value: await send(headers) };
  } catch (thrown) {
    // An EHR may say which token it does not know.
    const token = headers['authorization']?.replace(/^Bearer /, '') ?? '';
    return { failure: classifyFailure(thrown, { ...options, personal: [...options.personal, token] }) };
  }
}

/**
 * Sends a request that changes nothing up to three times: again after a network error, a timeout, 408, 429
 * or 5xx, with jitter or after Retry-After; each time the same bytes.
 *
 * @returns what `send` gave, or the failure with an expected status
 * @throws LobarError `ehr-unreachable`, `ehr-timeout`, `ehr-error`, `ehr-rejected`, `ehr-response-invalid`,
 *   and what `sendOnce` throws
 */
export async function sendWithRetry<T>(
  send: (headers: Record<string, string>) => Promise<T>,
  options: SendOptions,
): Promise<Sent<T>> {
  const { signal, expected = [] } = options;
  for (let attempt = 1; ; attempt += 1) {
    const sent = await sendOnce(send, options);
    if ('value' in sent) {
      return sent;
    }
    const { status } = sent.failure;
    if (status !== undefined && expected.includes(status)) {
      return sent;
    }
    if (status === undefined) {
      // It may be the cancellation itself that broke the connection.
      throwIfAborted(signal);
    }
    await beforeNextAttempt(sent.failure, attempt, signal);
  }
}

/**
 * Waits until the next attempt is due.
 *
 * @param attempt - the number of the one that failed, from 1
 * @throws the error of the failure when there is to be no other attempt; the reason of the signal
 */
export async function beforeNextAttempt(
  { error, retryable, retryAfterMs }: Failure,
  attempt: number,
  signal: AbortSignal,
): Promise<void> {
  const waitMs = retryAfterMs ?? jitteredMs(attempt, retries.baseMs);
  if (!retryable || attempt >= retries.attempts || waitMs > retries.longestWaitMs) {
    throw error;
  }
  await wait(waitMs, signal);
}
