import type { EhrConfig } from '../config-schema.ts';
import type { ScopeNeed } from '../outbound/smart-scopes.ts';

/** What every EHR is asked for. */
const always: readonly ScopeNeed[] = [
  { type: 'Patient', operations: 'rs' },
  { type: 'DiagnosticReport', operations: 'crus' },
  { type: 'Observation', operations: 'crus' },
  { type: 'Device', operations: 'crus' },
  // Searched where it is written by itself: each run has one of its own.
  { type: 'Provenance', operations: 'cus' },
  // Only of a request that names one.
  { type: 'Task', operations: 'ru', isOptional: true },
];

const lookedUp = {
  serviceRequest: { type: 'ServiceRequest', operations: 'rs' },
  imagingStudy: { type: 'ImagingStudy', operations: 'rs' },
} as const satisfies Record<keyof EhrConfig['lookUp'], ScopeNeed>;

/** What is done in an EHR, by what is switched on for it. */
export function ehrNeeds({ lookUp }: Pick<EhrConfig, 'lookUp'>): readonly ScopeNeed[] {
  const { serviceRequest, imagingStudy } = lookedUp;
  return [
    ...always,
    lookUp.serviceRequest ? serviceRequest : { ...serviceRequest, isOptional: true },
    ...(lookUp.imagingStudy ? [imagingStudy] : []),
  ];
}

/** What is done in the repository of the audit. */
export const auditNeeds: readonly ScopeNeed[] = [{ type: 'AuditEvent', operations: 'c' }];
