import type { CallOptions, FhirConnection } from '../connection/open-fhir-connection.ts';

/**
 * Whether a report is in the EHR without any document. No search tells it without sending them, so the report is read
 * whole: a megabyte where it has one.
 */
export async function isBare(
  connection: Pick<FhirConnection, 'read'>,
  id: string,
  call: CallOptions,
): Promise<boolean> {
  const report = await connection.read<fhir4.DiagnosticReport>('DiagnosticReport', id, call);
  return report !== undefined && (report.presentedForm ?? []).length === 0;
}
