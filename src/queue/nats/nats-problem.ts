import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import { errors } from '@nats-io/transport-node';
import { LobarError } from '../../errors.ts';

/** What is wrong with what is there, in words that may be told. */
export class NatsTrouble extends Error {}

/** After so long one may try again: a NATS that is restarted is back by then. */
const retryAfterSeconds = 10;

export function queueUnavailable(problem: string, cause?: unknown): LobarError {
  return new LobarError(
    'queue-unavailable',
    { problem },
    { details: { retryAfterSeconds }, ...(cause === undefined ? {} : { cause }) },
  );
}

/** Any failure of NATS as an error of the table. */
export function natsFailure(error: unknown): LobarError {
  return error instanceof LobarError ? error : queueUnavailable(natsProblem(error), error);
}

/** Whether it means that a stream or consumer, or JetStream as a whole, is not there (any more). */
export function isGone(error: unknown): boolean {
  if (error instanceof JetStreamApiError)
    return (
      error.code === JetStreamApiCodes.StreamNotFound || error.code === JetStreamApiCodes.ConsumerNotFound
    );
  const { name, cause } = (error ?? {}) as Error;
  return name === 'JetStreamNotEnabled' || cause instanceof errors.NoRespondersError;
}

/** What is wrong, in words, without the ids that stand in subjects. */
export function natsProblem(error: unknown): string {
  if (error instanceof LobarError || error instanceof NatsTrouble) return error.message;
  if (error instanceof JetStreamApiError) return `JetStream says: ${error.message} (${error.code})`;
  const { message = '', name = '', cause } = (error ?? {}) as Error;
  const inner = cause as NodeJS.ErrnoException | undefined;
  const permission = [error, cause].find((one) => one instanceof errors.PermissionViolationError);
  if (permission !== undefined) {
    const what = permission.operation === 'publish' ? 'publish to' : 'subscribe to';
    return `its NATS user may not ${what} ${withoutId(permission.subject)}`;
  }
  if (error instanceof errors.AuthorizationError || error instanceof errors.UserAuthenticationExpiredError)
    return 'NATS refuses the credentials of queue.credentialsFile, queue.username or queue.tokenFile';
  if (name === 'JetStreamNotEnabled' || cause instanceof errors.NoRespondersError)
    return 'JetStream does not answer: it is not enabled, or is starting';
  if (error instanceof errors.TimeoutError || name === 'TimeoutError') return 'NATS does not answer in time';
  if (error instanceof errors.ClosedConnectionError) return 'the connection to NATS is closed';
  if (/secure|tls/i.test(message)) return 'TLS is wanted and not offered, or the other way round';
  const code = inner?.code ?? (error as NodeJS.ErrnoException).code;
  if (typeof code === 'string')
    return /CERT|SSL|TLS|ISSUER/.test(code) ? `TLS failed (${code})` : `no connection (${code})`;
  return `the connection to NATS failed (${name})`;
}

/** Of a subject such as lobar.jobs.ID only what says which. */
function withoutId(subject: string): string {
  return subject.replace(/[0-9a-f]{8}-[0-9a-f-]{27}[^ ]*/gi, '*');
}
