import { errors } from 'undici';
import { abortReason } from '../abort-reason.ts';
import { LobarError } from '../errors.ts';
import { codeOf, connectionProblem, timeoutOf } from '../outbound/connection-problem.ts';
import { forwardingFailure } from '../outbound/proxy-failure.ts';
import { serviceTimeouts } from './open-service-client.ts';

/** The coded error behind what fetch, the socket or the reader of the stream threw. */
export function answerFailure(
  thrown: unknown,
  { signal, begun }: { readonly signal: AbortSignal; readonly begun: boolean },
): LobarError {
  if (thrown instanceof LobarError) return thrown;
  if (signal.aborted) return abortReason(signal);
  // fetch tells the cause behind an error of its own.
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  if (cause instanceof LobarError) return cause;
  const options = { cause: thrown };
  const code = codeOf(cause);
  if (thrown instanceof RangeError || code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new LobarError('service-answer-invalid', { problem: 'its answer does not end' }, options);
  }
  if (cause instanceof errors.HTTPParserError || cause instanceof errors.HeadersOverflowError) {
    return new LobarError('service-answer-invalid', { problem: 'its answer is not HTTP' }, options);
  }
  const timeout = timeoutOf(cause, serviceTimeouts);
  const silent = timeout && `nothing came for ${timeout.seconds} s, ${timeout.phase}`;
  if (begun) return new LobarError('service-broke-off', { problem: silent ?? code }, options);
  return (
    forwardingFailure('the service', cause) ??
    new LobarError('service-unreachable', { problem: silent ?? connectionProblem(cause) }, options)
  );
}
