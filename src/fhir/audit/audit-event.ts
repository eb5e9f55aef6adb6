import { coding } from '../codes.ts';
import { auditAgents, lobarItself } from './audit-agents.ts';
import { auditCodes, balpProfiles, outcomes } from './audit-codes.ts';
import { auditEntities } from './audit-entities.ts';
import type { AuditEntry, AuditedReport, Observer } from './audit-entry.ts';

export interface AuditEventOptions {
  readonly observer: Observer;
  /** When it happened. */
  readonly at: Date;
  /** Name the BALP profile that the event satisfies. */
  readonly claimProfile: boolean;
}

/**
 * The AuditEvent of IHE Basic Audit Log Patterns (BALP 1.1.3) for something that Lobar did. The one that sends
 * data is the source (110153), the one that receives it the destination (110152): reading, that is the PACS and
 * Lobar; publishing, Lobar and the EHR; storing, Lobar and the PACS, which is DICOM Instances Transferred (PS3.15
 * A.5.3.7), too; of a query BALP says the same of its parameters: Lobar and the PACS. Patient, study and report are logical references: the repository of
 * the audit is not the EHR, and a server that checks references takes no others.
 *
 * A profile is claimed for success alone (the profiles fix outcome 0), with a patient and something that was
 * read or written, and where the interaction really was one: an upload is no read, a report that was found
 * there no update.
 */
export function auditEvent(
  entry: AuditEntry,
  { observer, at, claimProfile }: AuditEventOptions,
): fhir4.AuditEvent {
  const interaction = interactionOf(entry);
  const profile = claimProfile ? satisfiedProfile(entry, interaction) : undefined;
  return {
    resourceType: 'AuditEvent',
    ...(profile === undefined ? {} : { meta: { profile: [profile] } }),
    type: coding(auditCodes.rest),
    subtype: [
      coding(auditCodes[interaction]),
      ...(entry.what === 'objects-stored' ? [coding(auditCodes.transferred)] : []),
    ],
    action: actions[interaction],
    recorded: at.toISOString(),
    ...outcomeOf(entry),
    agent: auditAgents(entry, observer),
    source: {
      ...(observer.site === undefined ? {} : { site: observer.site }),
      observer: lobarItself(observer),
      type: [coding(auditCodes.applicationServer)],
    },
    entity: auditEntities(entry),
  };
}

type Interaction = 'read' | 'search' | 'create' | 'update';
const actions = { read: 'R', search: 'E', create: 'C', update: 'U' } as const;

function interactionOf(entry: AuditEntry): Interaction {
  if (entry.what === 'study-read') return 'read';
  if (entry.what === 'study-query') return 'search';
  // What the PACS holds already is not sent.
  if (entry.what === 'objects-stored') return 'create';
  // A report that a human has finalised, or that was found, is one that writing would have replaced.
  const replaces =
    entry.report === undefined ? entry.failure?.code === 'report-finalised' : !isNew(entry.report);
  return replaces ? 'update' : 'create';
}

function isNew({ written }: AuditedReport): boolean {
  return written === 'created';
}

function satisfiedProfile(entry: AuditEntry, interaction: Interaction): string | undefined {
  if (entry.failure !== undefined || entry.patient === undefined) return undefined;
  // One of days alone is about any number of patients, of whom none is named.
  if (entry.what === 'study-query') return balpProfiles.search;
  if (entry.what === 'objects-stored') return entry.studyUid && balpProfiles.create;
  const happened =
    entry.what === 'study-read'
      ? entry.pacs !== undefined && entry.studyUid !== undefined
      : entry.report !== undefined && entry.report.written !== 'found';
  return happened ? balpProfiles[interaction] : undefined;
}

/** The description is a code of the error table and its sentence, which names nobody. */
function outcomeOf(entry: AuditEntry): Pick<fhir4.AuditEvent, 'outcome' | 'outcomeDesc'> {
  const { failure } = entry;
  if (failure !== undefined) {
    const outcome = failure.status >= 500 ? outcomes.seriousFailure : outcomes.minorFailure;
    return { outcome, outcomeDesc: `${failure.code}: ${failure.logged}` };
  }
  const wasThere = entry.what === 'publish' && entry.report?.written === 'found';
  const found = 'already-published: The EHR holds this very result already.';
  return { outcome: outcomes.success, ...(wasThere ? { outcomeDesc: found } : {}) };
}
