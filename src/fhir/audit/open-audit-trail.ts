import { context, ROOT_CONTEXT } from '@opentelemetry/api';
import type { AuditConfig, LimitsConfig } from '../../config-schema.ts';
import { LobarError } from '../../errors.ts';
import type { OutboundConfig } from '../../outbound/open-agent.ts';
import type { Logger } from '../../telemetry/log.ts';
import { openFhirConnection } from '../connection/open-fhir-connection.ts';
import { auditNeeds } from '../needed-scopes.ts';
import type { AuditEntry, Observer } from './audit-entry.ts';
import { auditEvent } from './audit-event.ts';
import { AuditQueue } from './audit-queue.ts';
import { type AuditRepository, auditUnavailable, type PendingEvent, storeEvent } from './store-event.ts';

/** Who did what with whose data: as AuditEvents in the log, in a FHIR repository, or both. */
export interface AuditTrail {
  /** Events that are not stored yet. */
  readonly waiting: number;
  /** Events that will never be stored. */
  readonly dropped: number;
  /**
   * Records what is done. Where the audit is `required` the event is stored before this returns; else, and
   * where that failed, it is sent in the background.
   *
   * @throws LobarError `audit-unavailable`, where it is required
   */
  record(entry: AuditEntry): Promise<void>;
  /**
   * Records, in the background, what belongs to a request that has failed anyway: its own error is what the
   * caller has to hear, so this one never fails.
   */
  note(entry: AuditEntry): void;
  /** Sends what it can within a few seconds, and tells in the log how many events are lost. */
  close(): Promise<void>;
}

export interface AuditTrailOptions {
  readonly observer: Omit<Observer, 'site'>;
  readonly limits: LimitsConfig;
  readonly outbound?: OutboundConfig | undefined;
  readonly logger: Logger;
}

/** How long closing waits for the repository; a platform commonly kills 30 s after it asked to end. */
const flushMs = 5_000;

/** Nobody has asked for an audit. */
export const noAuditTrail: AuditTrail = {
  waiting: 0,
  dropped: 0,
  record: async () => {},
  note: () => {},
  close: async () => {},
};

/**
 * Opens no connection yet.
 *
 * @throws LobarError `config-invalid` for a key or TLS file
 */
export function openAuditTrail(config: AuditConfig, options: AuditTrailOptions): AuditTrail {
  const { log, fhir, whenDown, queueLength, site, claimProfile } = config;
  const { limits, outbound, logger } = options;
  const required = whenDown === 'required';
  if (fhir === undefined && !log) return noAuditTrail;

  const observer: Observer = { ...options.observer, ...(site === undefined ? {} : { site }) };
  // Its own level: whoever wants the events in the log wants them whatever else is left out of it.
  const sink = log ? logger.child({}, { level: 'info' }) : undefined;
  const made = (entry: AuditEntry): PendingEvent => {
    const event = auditEvent(entry, { observer, at: new Date(), claimProfile });
    sink?.info({ audit: event }, 'audit');
    return { event, requestId: entry.requestId, personal: personalOf(entry), trace: context.active() };
  };
  if (fhir === undefined) {
    const write = (entry: AuditEntry) => void made(entry);
    return { ...noAuditTrail, record: async (entry) => write(entry), note: write };
  }

  const connection = openFhirConnection('audit', 'audit.fhir', fhir, limits, outbound, auditNeeds);
  const repository: AuditRepository = { connection, config: fhir };
  const store = (pending: PendingEvent, stopped: AbortSignal) =>
    context.with(pending.trace ?? ROOT_CONTEXT, () => storeEvent(repository, pending, stopped));
  const pauseMs = fhir.breaker.openSeconds * 1000;
  const queue = new AuditQueue({ store, length: queueLength, pauseMs, logger });
  // Not the caller's: what was done with the data is recorded also when nobody waits for the answer any more.
  const { signal: never } = new AbortController();

  return {
    get waiting() {
      return queue.waiting;
    },
    get dropped() {
      return queue.dropped;
    },
    async record(entry) {
      const pending = made(entry);
      if (!required) return queue.add(pending);
      const failure = await store(pending, never);
      if (failure === undefined) return;
      const { error, problem, refused } = failure;
      // What was done stays done: the event is recorded as soon as that is possible.
      if (!refused) queue.add(pending);
      logger.error({ code: auditUnavailable }, `the audit repository did not take an event: ${problem}`);
      const published = entry.what === 'publish';
      const { text, ...words } = error.retold(problem);
      throw new LobarError(auditUnavailable, { problem: text, published }, { cause: error, ...words });
    },
    note(entry) {
      queue.add(made(entry));
    },
    async close() {
      await queue.close(flushMs);
      await connection.close();
    },
  };
}

function personalOf({ patient, studyUid }: AuditEntry): string[] {
  return [patient?.value, studyUid].filter((value) => value !== undefined);
}
