import { LobarError } from '../../errors.ts';
import { answerFailure } from './answer-failure.ts';
import { type Attempt, answerInvalid, type Failure } from './failure.ts';
import { networkFailure } from './network-failure.ts';

/**
 * Makes a coded error of whatever fhir-kit-client threw. Its own errors hold the whole URL with the patient's
 * identifier, so none of them becomes a `cause`.
 */
export function classifyFailure(thrown: unknown, request: Attempt): Failure {
  // A fetch that was cancelled throws the reason of the signal itself.
  if (thrown instanceof LobarError && thrown !== request.signal.reason) {
    // Of what looks into an answer of 200 or 201; any other is of our side.
    const health = thrown.code === 'ehr-response-invalid' ? 'working' : 'unknown';
    return { error: thrown, retryable: false, health };
  }
  if (thrown instanceof Error && 'response' in thrown) {
    const { status, data } = thrown.response as { status: number; data: unknown };
    const { headers } = (thrown as { config?: { headers?: unknown } }).config ?? {};
    const answer = { status, data, headers: headers instanceof Headers ? headers : undefined };
    return answerFailure(answer, request);
  }
  if (thrown instanceof TypeError && thrown.cause === undefined) {
    // fhir-kit-client hangs the response on the JSON, which null and a number cannot bear. fetch gives a cause.
    return answerInvalid(request, `its answer to ${request.operation} is no JSON object`);
  }
  return networkFailure(thrown, request);
}
