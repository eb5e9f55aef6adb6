import type { Context } from '@opentelemetry/api';
import type { FhirConnectionConfig } from '../../config-schema.ts';
import { asLobarError, LobarError, noReport, notKnownNow } from '../../errors.ts';
import type { Failure } from '../connection/failure.ts';
import type { FhirConnection } from '../connection/open-fhir-connection.ts';
import { beforeNextAttempt } from '../connection/send-with-retry.ts';

/** An event on its way to the repository. */
export interface PendingEvent {
  readonly event: fhir4.AuditEvent;
  readonly requestId: string;
  /** Values that identify the patient: no error says them. */
  readonly personal: readonly string[];
  /** Of the request that it belongs to, whenever it is sent. */
  readonly trace?: Context;
}

/** The FHIR server that keeps the events. */
export interface AuditRepository {
  readonly connection: FhirConnection;
  readonly config: Pick<FhirConnectionConfig, 'timeouts'>;
}

/** Why an event was not stored. */
export interface NotStored {
  readonly error: LobarError;
  /** In words that may be logged; `error.retold` makes of them what the caller is told. */
  readonly problem: string;
  /** It is this event that the repository does not take: no later attempt will go better. */
  readonly refused: boolean;
}

/** The code of all that goes wrong with the repository: those of its connection are about an EHR. */
export const auditUnavailable = 'audit-unavailable';

/** What a server says to a resource that it finds wrong, or too long. */
const refusals: readonly unknown[] = [400, 413, 422];

/**
 * Stores one event, by the retry rules of the connection and within its `timeouts.total`. An event whose answer
 * was lost is sent again: R4 gives it no identifier, and twice in the audit is better than never.
 *
 * @returns undefined when it is stored; never rejects
 */
export async function storeEvent(
  { connection, config }: AuditRepository,
  { event, requestId, personal }: PendingEvent,
  stopped: AbortSignal,
): Promise<NotStored | undefined> {
  const seconds = config.timeouts.total;
  const overdue = new AbortController();
  const timer = setTimeout(() => {
    const { name: ehr, setting } = connection;
    const phase = 'for an AuditEvent';
    overdue.abort(new LobarError('ehr-timeout', { ehr, setting, limit: 'total', phase, seconds }));
  }, seconds * 1000);
  const signal = AbortSignal.any([stopped, overdue.signal]);
  let last: Failure | undefined;
  try {
    for (let attempt = 1; ; attempt += 1) {
      // Nobody asks for the event by its id, and some repositories do not tell it.
      const call = { signal, requestId, personal, idWanted: false };
      const result = await connection.create(event, call);
      if ('written' in result) return undefined;
      last = result.failure;
      await beforeNextAttempt(last, attempt, signal);
    }
  } catch (thrown) {
    const error = asLobarError(thrown);
    const refused = last?.error === error && refusals.includes(last.status);
    const tooLate = `It did not take the event within ${seconds} s, the limit ${connection.setting}.timeouts.total.`;
    return { error, problem: overdue.signal.aborted ? tooLate : problemOf(error, last), refused };
  } finally {
    clearTimeout(timer);
  }
}

/** The sentences of the connection are about publishing; what they say of the server holds for the audit too. */
function problemOf(error: LobarError, last: Failure | undefined): string {
  const [said = ''] = (error.logged.split(noReport)[0] ?? '').split(notKnownNow);
  const about = last?.brokeOff ?? said.replace(/EHR '[^']*'/g, 'it').replace(/\.? *$/, '');
  return `${about.charAt(0).toUpperCase()}${about.slice(1)}.`;
}
