import { studyParameters } from '../../dicomweb/list-studies.ts';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import { takingTurns } from '../../event-loop-turns.ts';
import type { AuditedCaller } from '../../fhir/audit/audit-entry.ts';
import type { AuditTrail } from '../../fhir/audit/open-audit-trail.ts';
import { auditedLook } from './audited-look.ts';
import { askedFor, newestFirst, studyQuery, type WorklistQuery } from './worklist-query.ts';
import { readWorklistStudy, type WorklistStudy } from './worklist-study.ts';

export interface Worklist {
  /** Newest first. */
  readonly studies: readonly WorklistStudy[];
  /** There are more than those. */
  readonly more: boolean;
}

/** A look into a PACS that analyses nothing. */
export interface Look {
  readonly requestId: string;
  readonly caller: AuditedCaller;
  readonly audit: AuditTrail;
  readonly signal: AbortSignal;
}

/**
 * The CT studies that a PACS holds of a patient, an accession number or some days. That it was looked for them is
 * recorded in the audit, also in vain: as one query of all its days, of which the PACS is asked no more than it takes.
 *
 * @throws LobarError `request-invalid`, `audit-unavailable`, and what the PACS fails with
 */
export async function listWorklist(
  pacs: Pick<PacsClient, 'name' | 'url' | 'listStudies'>,
  query: WorklistQuery,
  limit: number,
  { requestId, caller, audit, signal }: Look,
): Promise<Worklist> {
  const asked = studyQuery(query);
  const { patientId } = query;
  const entry = {
    what: 'study-query',
    requestId,
    caller,
    pacs: { name: pacs.name, url: pacs.url },
    query: `studies?${new URLSearchParams(studyParameters(asked))}`,
    patient: patientId === undefined ? undefined : { value: patientId.trim() },
  } as const;
  return await auditedLook(audit, entry, async () => {
    let found: readonly WorklistStudy[] = [];
    for (const part of newestFirst(query)) {
      found = [...found, ...(await listedStudies(pacs, part, signal))];
      if (found.length > limit) break;
    }
    return { studies: found.toSorted(byMoment).slice(0, limit), more: found.length > limit };
  });
}

async function listedStudies(
  pacs: Pick<PacsClient, 'listStudies'>,
  query: WorklistQuery,
  signal: AbortSignal,
): Promise<WorklistStudy[]> {
  const isWanted = askedFor(query);
  const wanted: WorklistStudy[] = [];
  const turn = takingTurns();
  for (const json of await pacs.listStudies(studyQuery(query), { signal })) {
    const study = readWorklistStudy(json);
    if (isWanted(study)) wanted.push(study);
    await turn();
  }
  return wanted;
}

/** Newest first; those without a date at the end; by UID where all else is the same, so that the order is always one. */
function byMoment(one: WorklistStudy, other: WorklistStudy): number {
  return compare(momentOf(other), momentOf(one)) || compare(one.uid, other.uid);
}

function momentOf({ date = '', time = '' }: WorklistStudy): string {
  return `${date} ${time}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
