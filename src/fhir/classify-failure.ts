import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { conceal } from './conceal.ts';
import { compressedAnswer } from './open-transport.ts';

/** What a request was for, and what its errors must not say. */
export interface RequestFacts {
  readonly ehr: string;
  /** In words, for the error: "the transaction". */
  readonly operation: string;
  readonly timeouts: EhrConfig['timeouts'];
  /** Values that identify the patient. */
  readonly personal: readonly string[];
}

/** A failed attempt: the coded error, and whether the next attempt may go better. */
export interface Failure {
  readonly error: LobarError;
  readonly retryable: boolean;
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
export function classifyFailure(thrown: unknown, request: RequestFacts): Failure {
  if (thrown instanceof LobarError) {
    return { error: thrown, retryable: false };
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

function answerFailure({ status, data, headers }: Answer, request: RequestFacts): Failure {
  const { ehr, operation } = request;
  const invalid = (problem: string): Failure => ({
    error: new LobarError('ehr-response-invalid', { ehr, problem }),
    retryable: false,
    status,
  });
  if (status < 300) {
    return invalid(`its answer to ${operation} is not JSON`);
  }
  if (status < 400) {
    return invalid(`it redirects ${operation} (HTTP ${status})`);
  }
  if (status >= 500 || status === 408 || status === 429) {
    return {
      error: new LobarError('ehr-error', { ehr, status, operation }),
      retryable: true,
      status,
      ...retryAfter(headers?.get('retry-after')),
    };
  }
  const said = whatItSaid(data, request.personal);
  return {
    error: new LobarError('ehr-rejected', { ehr, status, operation, said }),
    retryable: false,
    status,
  };
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

/** Retry-After is seconds or a date (RFC 9110 section 10.2.3). */
function retryAfter(header: string | null | undefined): { retryAfterMs?: number } {
  if (!header) {
    return {};
  }
  const ms = /^[0-9]+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? {} : { retryAfterMs: Math.max(0, ms) };
}

const certificateProblem = /^(?:ERR_TLS_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_SSL_)/;

function networkFailure(thrown: unknown, { ehr, operation, timeouts }: RequestFacts): Failure {
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const code = codeOf(cause);
  const unreachable = (problem: string, retryable = true): Failure => ({
    error: new LobarError('ehr-unreachable', { ehr, problem }, { cause }),
    retryable,
  });
  const timedOut = (seconds: number): Failure => ({
    error: new LobarError('ehr-timeout', { ehr, seconds }, { cause }),
    retryable: true,
  });
  const invalid = (problem: string): Failure => ({
    error: new LobarError('ehr-response-invalid', { ehr, problem }, { cause }),
    retryable: false,
  });
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return timedOut(timeouts.firstByte);
    case 'UND_ERR_BODY_TIMEOUT':
      return timedOut(timeouts.idle);
    case 'UND_ERR_CONNECT_TIMEOUT':
      return unreachable(`no connection within ${timeouts.connect} s`);
    case 'UND_ERR_RES_EXCEEDED_MAX_SIZE':
      return invalid(`its answer to ${operation} is longer than limits.jsonBytes`);
    case compressedAnswer:
      return invalid(`its answer to ${operation} is compressed, which was not asked for`);
    case 'ECONNREFUSED':
      return unreachable('connection refused');
    case 'ENOTFOUND':
      return unreachable('its host is unknown');
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return unreachable('the connection broke');
    default:
      return certificateProblem.test(code ?? '')
        ? unreachable(`its certificate is not accepted (${code})`, false)
        : unreachable(code ?? 'network error');
  }
}

function codeOf(cause: unknown): string | undefined {
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : undefined;
}
