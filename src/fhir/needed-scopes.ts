import type { EhrConfig } from '../config-schema.ts';
import type { ScopeNeed } from '../outbound/smart-scopes.ts';

const patient: ScopeNeed = { type: 'Patient', operations: 'rs' };
// Only of a request that names one.
const task: ScopeNeed = { type: 'Task', operations: 'ru', isOptional: true };

/** The report and what it rests on; read too for earlier results. */
const report: readonly ScopeNeed[] = [
  { type: 'DiagnosticReport', operations: 'crus' },
  { type: 'Observation', operations: 'crus' },
  { type: 'Device', operations: 'crus' },
  // Searched where it is written by itself: each run has one of its own.
  { type: 'Provenance', operations: 'cus' },
];
const documentBeside: ScopeNeed = { type: 'DocumentReference', operations: 'crus' };
const documentAlone: readonly ScopeNeed[] = [
  { type: 'DocumentReference', operations: 'crs' },
  // To say that an earlier one is superseded; the newer one says so, too.
  { type: 'DocumentReference', operations: 'u', isOptional: true },
];

const lookedUp = {
  serviceRequest: { type: 'ServiceRequest', operations: 'rs' },
  imagingStudy: { type: 'ImagingStudy', operations: 'rs' },
} as const satisfies Record<keyof EhrConfig['lookUp'], ScopeNeed>;

/** What is done in an EHR, by what is switched on for it. */
export function ehrNeeds({
  lookUp,
  writeMode,
  documentReference,
}: Pick<EhrConfig, 'lookUp' | 'writeMode' | 'documentReference'>): readonly ScopeNeed[] {
  const { serviceRequest, imagingStudy } = lookedUp;
  return [
    patient,
    ...(writeMode === 'document' ? documentAlone : report),
    ...(documentReference && writeMode !== 'document' ? [documentBeside] : []),
    task,
    lookUp.serviceRequest ? serviceRequest : { ...serviceRequest, isOptional: true },
    ...(lookUp.imagingStudy ? [imagingStudy] : []),
  ];
}

/** What is done in the repository of the audit. */
export const auditNeeds: readonly ScopeNeed[] = [{ type: 'AuditEvent', operations: 'c' }];
