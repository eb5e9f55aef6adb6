import { retryAfterMs } from '../backoff.ts';
import { asProblem, type Refusal, requireMediaType } from './remote-documents.ts';

/** Seconds, where a refusal that will pass does not say when. */
const defaultRetryAfter = 5;

/** @throws LobarError `service-answer-invalid` for what is neither problem+json nor 503 */
export function readRefusal(response: Response, body: unknown): Refusal {
  const { status, headers } = response;
  const kind = 'problem';
  const passes = status === 503 || status === 429;
  const asked = retryAfterMs(headers.get('retry-after'));
  const retry = passes ? { retryAfter: asked === undefined ? defaultRetryAfter : asked / 1000 } : {};
  const type = headers.get('content-type') ?? '';
  if (status === 503 && !type.startsWith('application/problem+json')) return { kind, status, ...retry };
  requireMediaType(response, 'application/problem+json');
  return { kind, status, problem: asProblem(body), ...retry };
}
