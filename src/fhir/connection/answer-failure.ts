import { retryAfterMs } from '../../backoff.ts';
import { LobarError } from '../../errors.ts';
import { type Attempt, answerInvalid, type Failure, outcomeUnknown } from './failure.ts';
import { whatItSaid } from './what-it-said.ts';

interface Answer {
  readonly status: number;
  readonly data: unknown;
  readonly headers: Headers | undefined;
}

/** What an answer means that is no 2xx with JSON. */
export function answerFailure({ status, data, headers }: Answer, request: Attempt): Failure {
  const { ehr, operation, write = false } = request;
  if (status < 300) {
    return { ...answerInvalid(request, `its answer to ${operation} is not JSON`), status };
  }
  if (status < 400) {
    return { ...answerInvalid({ ehr }, `it redirects ${operation} (HTTP ${status})`), status };
  }
  const askedMs = retryAfterMs(headers?.get('retry-after'));
  const again = askedMs === undefined ? {} : { retryAfterMs: askedMs };
  if (status >= 500 && write) {
    // From a proxy or a handler that died: behind it the transaction may have gone through.
    return { ...outcomeUnknown(ehr, `it answered HTTP ${status}`), status, ...again };
  }
  if (status >= 500 || status === 408 || status === 429) {
    const isBusy = (status === 429 || status === 503) && askedMs !== undefined && askedMs > 0;
    const error = isBusy ? busy(ehr, askedMs) : new LobarError('ehr-error', { ehr, status, operation });
    return { error, retryable: true, health: status >= 500 ? 'troubled' : 'working', status, ...again };
  }
  const { said, ...words } = whatItSaid(data, request.personal);
  if (status === 401 || status === 403) {
    const { kind, setting } = request.credentials;
    const problem = `it answered HTTP ${status} to ${operation}, sent with ${kind}: ${said}; check ${setting}`;
    const error = new LobarError('ehr-auth-failed', { ehr, problem }, words);
    return { error, retryable: false, health: 'working', status };
  }
  const documents = areToBlame(status, said) ? request.documents : undefined;
  return {
    error: new LobarError('ehr-rejected', { ehr, status, operation, said, documents }, words),
    // Something changed since the write was prepared.
    retryable: write && (status === 409 || status === 412),
    health: 'working',
    status,
  };
}

/** Whether it is, or may be, the documents of a report that are not taken. */
function areToBlame(status: number, said: string): boolean {
  if (status === 413) return true;
  return /presentedForm|attachment|base64|\btoo (?:large|big|long)\b|\bmax(?:imum)?\b.*\b(?:size|length)\b/i.test(
    said,
  );
}

/** Whoever is told so can wait for longer than one request does. */
function busy(ehr: string, askedMs: number): LobarError {
  const seconds = Math.max(1, Math.ceil(askedMs / 1000));
  return new LobarError('ehr-busy', { ehr, seconds }, { details: { retryAfterSeconds: seconds } });
}
