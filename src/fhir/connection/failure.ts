import type { FhirConnectionConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';

/** Documents that a write carries: an EHR may not take them, or not so large ones. */
export interface SentDocuments {
  readonly bytes: number;
  /** What takes them out: `ehr.main.presentedForm`; nothing where they are all that is written. */
  readonly settings: readonly string[];
}

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
  readonly documents?: SentDocuments | undefined;
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
  /**
   * What it tells of the server, whatever that was asked: what a circuit breaker counts. `unknown`: the fault
   * lies on our side or on the way, or the caller gave up.
   */
  readonly health: 'troubled' | 'working' | 'unknown';
  /** Of a write whose outcome is not known: what broke it off. */
  readonly brokeOff?: string;
  /** HTTP status, when there was an answer. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** Of a write that the server may have carried out. */
export function outcomeUnknown(ehr: string, brokeOff: string, cause?: unknown): Failure {
  const context = { ehr, problem: brokeOff };
  const error = new LobarError('ehr-outcome-unknown', context, cause === undefined ? {} : { cause });
  return { error, retryable: true, health: 'troubled', brokeOff };
}

/** The server answered, but not what was asked for: that will not pass by itself. */
export function answerInvalid(
  { ehr, write }: Pick<RequestFacts, 'ehr' | 'write'>,
  problem: string,
  cause?: unknown,
): Failure {
  const context = { ehr, problem, write };
  const error = new LobarError('ehr-response-invalid', context, cause === undefined ? {} : { cause });
  return { error, retryable: false, health: 'working' };
}
