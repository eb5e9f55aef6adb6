import { abortReason } from '../../abort-reason.ts';
import { retryAfterMs } from '../../backoff.ts';
import type { FhirConnectionConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import { codeOf, connectionFault, connectionProblem, timeoutOf } from '../../outbound/connection-problem.ts';
import { forwardingFailure } from '../../outbound/proxy-failure.ts';
import { conceal } from './conceal.ts';
import { compressedAnswer } from './open-transport.ts';

/** What a request was for, and what its errors must not say. */
export interface RequestFacts {
  readonly ehr: string;
  /** In words, for the error: "the transaction". */
  readonly operation: string;
  readonly timeouts: FhirConnectionConfig['timeouts'];
  /** Where it is configured, for the error: `ehr.main`. */
  readonly setting: string;
  readonly signal: AbortSignal;
  /** Values that no error says: what identifies the patient, and the token. */
  readonly personal: readonly string[];
  /** It changes what the EHR holds, so that its error must not say "nothing was published" unless that is known. */
  readonly write?: boolean;
}

/** An attempt at a request. */
export interface Attempt extends RequestFacts {
  /** What it was sent with: in words, and where that is configured. */
  readonly credentials: { readonly kind: string; readonly setting: string };
}

/** A failed attempt. */
export interface Failure {
  readonly error: LobarError;
  /** The next attempt may go better; for a write only after looking at what the EHR holds now. */
  readonly retryable: boolean;
  /** The server is in trouble, whatever it was asked: what a circuit breaker counts. */
  readonly trouble: boolean;
  /** Of a write whose outcome is not known: what broke it off. */
  readonly brokeOff?: string;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** The longest part of an OperationOutcome that is repeated, in characters. */
const saidLength = 300;

/**
 * Makes a coded error of whatever fhir-kit-client threw. Its own errors hold the whole URL with the patient's
 * identifier, so none of them becomes a `cause`.
 */
export function classifyFailure(thrown: unknown, request: Attempt): Failure {
  if (thrown instanceof LobarError) {
    return { error: thrown, retryable: false, trouble: false };
  }
  const answer = answerOf(thrown);
  return answer === undefined ? networkFailure(thrown, request) : answerFailure(answer, request);
}

interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly headers: Headers | undefined;
}

function answerOf(thrown: unknown): Answer | undefined {
  if (!(thrown instanceof Error) || !('response' in thrown)) {
    return undefined;
  }
  const { status, data } = thrown.response as { status: number; data: unknown };
  const { headers } = (thrown as { config?: { headers?: unknown } }).config ?? {};
  return { status, data, headers: headers instanceof Headers ? headers : undefined };
}

function answerFailure({ status, data, headers }: Answer, request: Attempt): Failure {
  const { ehr, operation, write = false } = request;
  const invalid = (problem: string): Failure => ({
    error: new LobarError('ehr-response-invalid', { ehr, problem }),
    retryable: false,
    trouble: false,
    status,
  });
  if (status < 300) {
    return invalid(`its answer to ${operation} is not JSON`);
  }
  if (status < 400) {
    return invalid(`it redirects ${operation} (HTTP ${status})`);
  }
  const askedMs = retryAfterMs(headers?.get('retry-after'));
  const again = askedMs === undefined ? {} : { retryAfterMs: askedMs };
  if (status >= 500 && write) {
    // From a proxy or a handler that died: behind it the transaction may have gone through.
    return { ...outcomeUnknown(ehr, `it answered HTTP ${status}`), status, ...again };
  }
  if (status >= 500 || status === 408 || status === 429) {
    const error = new LobarError('ehr-error', { ehr, status, operation });
    return { error, retryable: true, trouble: status >= 500, status, ...again };
  }
  const said = whatItSaid(data, request.personal);
  if (status === 401 || status === 403) {
    const { kind, setting } = request.credentials;
    const problem = `it answered HTTP ${status} to ${operation}, sent with ${kind}: ${said}; check ${setting}`;
    return {
      error: new LobarError('ehr-auth-failed', { ehr, problem }),
      retryable: false,
      trouble: false,
      status,
    };
  }
  return {
    error: new LobarError('ehr-rejected', { ehr, status, operation, said }),
    // Something changed since the write was prepared.
    retryable: write && (status === 409 || status === 412),
    trouble: false,
    status,
  };
}

function outcomeUnknown(ehr: string, brokeOff: string, cause?: unknown): Failure {
  const context = { ehr, problem: brokeOff };
  const error = new LobarError('ehr-outcome-unknown', context, cause === undefined ? {} : { cause });
  return { error, retryable: true, trouble: true, brokeOff };
}

/** The diagnostics of an OperationOutcome, cut and without what identifies the patient. */
export function whatItSaid(data: unknown, personal: readonly string[]): string {
  const outcome = data as Partial<fhir4.OperationOutcome> | null | undefined;
  if (outcome?.resourceType !== 'OperationOutcome' || !Array.isArray(outcome.issue)) {
    return 'it sent no OperationOutcome';
  }
  const texts = outcome.issue.map((issue) => issue?.diagnostics ?? issue?.details?.text ?? issue?.code);
  const said = conceal(texts.filter((text) => typeof text === 'string').join('; '), personal);
  const oneLine = said.replace(/\s+/g, ' ').trim().replace(/\.+$/, '');
  return oneLine.slice(0, saidLength) || 'its OperationOutcome is empty';
}

/** A cancelled request says nothing about the server. */
const notItsFault = { retryable: false, trouble: false } as const;

function networkFailure(thrown: unknown, request: RequestFacts): Failure {
  const { ehr, operation, timeouts, write = false } = request;
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  // Of the way there: the EHR has got nothing.
  const onTheWay = cause instanceof LobarError ? cause : forwardingFailure(request.setting, cause);
  if (onTheWay !== undefined) return { error: onTheWay, retryable: false, trouble: false };
  const unreachable = (problem: string, retryable = true): Failure => ({
    error: new LobarError('ehr-unreachable', { ehr, problem }, { cause }),
    retryable,
    trouble: true,
  });
  const invalid = (problem: string): Failure => ({
    error: new LobarError('ehr-response-invalid', { ehr, problem }, { cause }),
    retryable: false,
    trouble: false,
  });
  const afterSending = (problem: string, failure: Failure): Failure =>
    write ? outcomeUnknown(ehr, problem, cause) : failure;

  if (request.signal.aborted) {
    const error = abortReason(request.signal);
    const failure = { error, retryable: false, trouble: false };
    return write ? { ...outcomeUnknown(ehr, 'it was cancelled', error), ...notItsFault } : failure;
  }
  const timeout = timeoutOf(cause, timeouts);
  if (timeout !== undefined) {
    const { limit, seconds, phase } = timeout;
    const named = `within ${seconds} s, the limit ${request.setting}.timeouts.${limit}`;
    if (limit === 'connect') return unreachable(`no connection ${named}`);
    const error = new LobarError('ehr-timeout', { ehr, limit, seconds, phase }, { cause });
    const missing = limit === 'idle' ? 'no more of its answer' : 'no answer';
    return afterSending(`${missing} ${named}`, { error, retryable: true, trouble: true });
  }
  const code = codeOf(cause);
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return invalid(`its answer to ${operation} is longer than limits.jsonBytes`);
  }
  if (code === compressedAnswer) {
    return invalid(`its answer to ${operation} is compressed, which was not asked for`);
  }
  switch (connectionFault(cause)) {
    case 'before':
      return unreachable(connectionProblem(cause));
    case 'tls':
      return unreachable(connectionProblem(cause), false);
    case 'broken':
      return afterSending('the connection broke', unreachable('the connection broke'));
    case 'unknown':
      return afterSending(`the connection failed: ${code}`, unreachable(connectionProblem(cause)));
  }
}
