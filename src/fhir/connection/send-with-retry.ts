import { Client, type FhirResource } from 'fhir-kit-client';
import { retryWaitMs, throwIfAborted, wait } from '../../backoff.ts';
import { LobarError } from '../../errors.ts';
import type { Authorization } from '../../outbound/authorization.ts';
import { exchangeFault } from '../../outbound/exchange-fault.ts';
import { NoToken } from '../../outbound/no-token.ts';
import { withClientSpan } from '../../telemetry/client-span.ts';
import { type Exchange, type ObserveExchange, observedExchange } from '../../telemetry/exchange.ts';
import { unlessAborted } from '../../unless-aborted.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { classifyFailure } from './classify-failure.ts';
import type { Failure, RequestFacts } from './failure.ts';
import { requestHeaders } from './request-headers.ts';
import { secretsIn } from './secrets-in.ts';

/** How often and how patiently a request is sent again. */
const retries = { attempts: 3, baseMs: 250, longestWaitMs: 30_000 } as const;

/** What is the same for every request to one FHIR server. */
export interface Target {
  readonly authorization: Authorization;
  readonly breaker: CircuitBreaker;
  /** Sent with every request; their values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly system: Exchange['system'];
  readonly observe: ObserveExchange | undefined;
}

export interface SendOptions extends RequestFacts {
  readonly target: Target;
  /** What `operation` is, in one word (FHIR R4 http). */
  readonly interaction: 'search' | 'read' | 'capabilities' | 'transaction' | 'create' | 'update';
  /** The same in every attempt, so that the logs of both sides can be matched. */
  readonly requestId: string;
  /** Statuses that are an answer to this request, not an error. */
  readonly expected?: readonly number[];
  /** Its failure does not count against the server. */
  readonly isOptional?: true;
}

/** What an attempt came to: what `send` gave, or how it failed. */
export type Sent<T> = { readonly value: T } | { readonly failure: Failure };

/**
 * Sends with these headers; no error may say the personal values and the secrets. What the client answers goes
 * through `seen` before anything is made of it.
 */
export type Send<T> = (
  headers: Record<string, string>,
  personal: readonly string[],
  seen: <Answer>(answer: Answer) => Answer,
) => Promise<T>;

/**
 * Sends a request once; twice where its token was refused and there is a new one, for then the server did
 * nothing.
 *
 * @throws LobarError `ehr-suspended`, `ehr-auth-failed` and `ehr-token-unavailable` (no token),
 *   `config-invalid` (a file), or the reason of the signal if it was aborted before
 */
export async function sendOnce<T>(send: Send<T>, options: SendOptions): Promise<Sent<T>> {
  const { authorization, breaker, system, observe } = options.target;
  const first = await attempt(send, options);
  const status = 'failure' in first.sent ? first.sent.failure.status : undefined;
  // After a 403 the next request asks with another token: rights may have been given.
  const renewed = (status === 401 || status === 403) && authorization.renew(first.credentials);
  return status === 401 && renewed ? (await attempt(send, options)).sent : first.sent;

  async function attempt(send: Send<T>, options: SendOptions) {
    throwIfAborted(options.signal);
    const header = authorization.header().catch((error: unknown) => {
      throw noToken(options.ehr, authorization.setting, error);
    });
    const credentials = await unlessAborted(header, options.signal);
    const personal = [...options.personal, ...secretsIn(options.target.headers, credentials)];
    const { operation, setting: endpoint, interaction } = options;
    const sent = await breaker.run<Sent<T>>(() =>
      withClientSpan({ endpoint, operation }, (span) =>
        observedExchange(observe, { system, operation: interaction }, async (end) => {
          let status: number | undefined;
          const seen = <Answer>(answer: Answer): Answer => {
            status = Client.httpFor(answer as FhirResource).response?.status;
            return answer;
          };
          try {
            const value = await send(requestHeaders(options, credentials), personal, seen);
            end(status ?? 200);
            return { value };
          } catch (thrown) {
            const { kind, setting } = authorization;
            const attempted = { ...options, personal, credentials: { kind, setting } };
            const { health, ...failed } = classifyFailure(thrown, attempted);
            const failure = { ...failed, health: options.isOptional ? 'unknown' : health } as const;
            end(status ?? failure.status ?? exchangeFault(thrown, options.signal));
            if (!isExpected(failure, options)) span.failed(failure.error);
            return { failure };
          }
        }),
      ),
    );
    return { sent, credentials };
  }
}

/**
 * Sends a request that changes nothing up to three times: again after a network error, a timeout, 408, 429
 * or 5xx, with jitter and after Retry-After; each time the same bytes.
 *
 * @returns what `send` gave, or the failure with an expected status
 * @throws LobarError `ehr-unreachable`, `ehr-timeout`, `ehr-error`, `ehr-busy` (with what it asked for as
 *   `details.retryAfterSeconds`), `ehr-rejected`, `ehr-response-invalid`, `shutting-down`, and what `sendOnce` throws
 */
export async function sendWithRetry<T>(send: Send<T>, options: SendOptions): Promise<Sent<T>> {
  const { signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    const sent = await sendOnce(send, options);
    if ('value' in sent) {
      return sent;
    }
    if (isExpected(sent.failure, options)) {
      return sent;
    }
    await beforeNextAttempt(sent.failure, attempt, signal);
  }
}

/** Sends once what can be done without; what comes of it says nothing of the server. @throws as `sendOnce` */
export async function sendOptional<T>(send: Send<T>, options: SendOptions): Promise<Sent<T>> {
  return await sendOnce(send, { ...options, isOptional: true });
}

function isExpected({ status }: Failure, { expected = [] }: SendOptions): boolean {
  return status !== undefined && expected.includes(status);
}

/**
 * Waits until the next attempt is due.
 *
 * @param attempt - the number of the one that failed, from 1
 * @throws the error of the failure when there is to be no other attempt; the reason of the signal
 */
export async function beforeNextAttempt(
  { error, retryable, retryAfterMs = 0 }: Failure,
  attempt: number,
  signal: AbortSignal,
): Promise<void> {
  if (!retryable || attempt >= retries.attempts || retryAfterMs > retries.longestWaitMs) {
    throw error;
  }
  await wait(retryWaitMs(attempt, retries.baseMs, retryAfterMs), signal);
}

function noToken(ehr: string, setting: string, error: unknown): unknown {
  if (!(error instanceof NoToken)) return error;
  const { kind, problem } = error;
  return kind === 'unavailable'
    ? new LobarError('ehr-token-unavailable', { ehr, problem }, { cause: error })
    : new LobarError('ehr-auth-failed', { ehr, problem: `${problem}; check ${setting}` }, { cause: error });
}
