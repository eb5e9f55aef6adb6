import { asLobarError } from '../../errors.ts';
import type { AuditEntry } from '../../fhir/audit/audit-entry.ts';
import type { AuditTrail } from '../../fhir/audit/open-audit-trail.ts';

/**
 * Looks into a PACS, and has that recorded in the audit, also in vain.
 *
 * @throws LobarError `audit-unavailable`, where the audit is required; what `work` throws
 */
export async function auditedLook<Result>(
  audit: AuditTrail,
  entry: AuditEntry,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    const result = await work();
    await audit.record(entry);
    return result;
  } catch (error) {
    const failure = asLobarError(error);
    if (failure.code !== 'audit-unavailable') audit.note({ ...entry, failure });
    throw error;
  }
}
