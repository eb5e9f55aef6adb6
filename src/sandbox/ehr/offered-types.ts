import type { ResourceType } from '@medplum/fhirtypes';

/** The resource types that the embedded EHR keeps: what Lobar writes, refers to, or will be asked for. */
export const offeredTypes = [
  'AuditEvent',
  'Device',
  'DiagnosticReport',
  'DocumentReference',
  'ImagingStudy',
  'Observation',
  'Organization',
  'Patient',
  'Practitioner',
  'Provenance',
  'ServiceRequest',
  'Task',
] as const satisfies readonly ResourceType[];

export function isOffered(type: string): boolean {
  return (offeredTypes as readonly string[]).includes(type);
}
