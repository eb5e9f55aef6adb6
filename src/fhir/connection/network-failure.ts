import { abortReason } from '../../abort-reason.ts';
import { LobarError } from '../../errors.ts';
import { codeOf, connectionFault, connectionProblem, timeoutOf } from '../../outbound/connection-problem.ts';
import { forwardingFailure } from '../../outbound/proxy-failure.ts';
import { answerInvalid, type Failure, outcomeUnknown, type RequestFacts } from './failure.ts';
import { compressedAnswer } from './open-transport.ts';

/** What it means that a request brought no whole answer, by what fetch threw. */
export function networkFailure(thrown: unknown, request: RequestFacts): Failure {
  const { ehr, operation, setting, timeouts, write = false } = request;
  const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
  const unreachable = (problem: string, retryable = true): Failure => ({
    error: new LobarError('ehr-unreachable', { ehr, problem }, { cause }),
    retryable,
    health: 'troubled',
  });
  const afterSending = (problem: string, failure: Failure): Failure =>
    write ? outcomeUnknown(ehr, problem, cause) : failure;

  if (request.signal.aborted) {
    const error = abortReason(request.signal);
    return write
      ? { ...outcomeUnknown(ehr, 'it was cancelled', error), ...notItsFault }
      : { error, ...notItsFault };
  }
  // Of the way there: the EHR has got nothing.
  const onTheWay = cause instanceof LobarError ? cause : forwardingFailure(setting, cause);
  if (onTheWay !== undefined) return { error: onTheWay, ...notItsFault };
  const code = codeOf(cause);
  if (code === 'UND_ERR_DESTROYED' || code === 'UND_ERR_CLOSED') {
    const error = new LobarError('shutting-down', {}, { cause });
    return write
      ? { ...outcomeUnknown(ehr, 'this process is shutting down', error), ...notItsFault }
      : { error, ...notItsFault };
  }
  const timeout = timeoutOf(cause, timeouts);
  if (timeout !== undefined) {
    const { limit, seconds, phase } = timeout;
    const named = `within ${seconds} s, the limit ${setting}.timeouts.${limit}`;
    if (limit === 'connect') return unreachable(`no connection ${named}`);
    const error = new LobarError('ehr-timeout', { ehr, setting, limit, seconds, phase }, { cause });
    const missing = limit === 'idle' ? 'no more of its answer' : 'no answer';
    return afterSending(`${missing} ${named}`, { error, retryable: true, health: 'troubled' });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return answerInvalid(request, `its answer to ${operation} is longer than limits.jsonBytes`, cause);
  }
  if (code === compressedAnswer) {
    return answerInvalid(request, `its answer to ${operation} is compressed, which was not asked for`, cause);
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

/** A cancelled request says nothing about the server. */
const notItsFault = { retryable: false, health: 'unknown' } as const;
