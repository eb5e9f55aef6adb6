import type { EhrConfig } from '../config-schema.ts';
import { identifiersOf } from './identifiers-of.ts';
import type { PatientRecord } from './patient-record.ts';
import type { Subject } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';

type Systems = Pick<EhrConfig, 'issuerSystems' | 'patientIdentifierSystem'>;

/**
 * The identifier under which the EHR knows the patient of a study: PatientID, in the system of its
 * IssuerOfPatientID where issuers are configured, else in patientIdentifierSystem. Undefined where the header has
 * no PatientID, and for an issuer that is not among those configured: its 4711 is not our 4711. [ours]
 */
export function patientIdentifier(
  { patientId, issuerOfPatientId }: ReportFacts['study'],
  { issuerSystems, patientIdentifierSystem }: Systems,
): Subject['identifier'] | undefined {
  if (!patientId) return undefined;
  if (issuerOfPatientId === undefined || Object.keys(issuerSystems).length === 0) {
    return { system: patientIdentifierSystem, value: patientId };
  }
  const system = Object.hasOwn(issuerSystems, issuerOfPatientId)
    ? issuerSystems[issuerOfPatientId]
    : undefined;
  return system === undefined ? undefined : { system, value: patientId };
}

/** Every system in which the site knows patients, each once. */
export function patientSystems({ issuerSystems, patientIdentifierSystem }: Systems): readonly string[] {
  return [...new Set([patientIdentifierSystem, ...Object.values(issuerSystems)])];
}

/**
 * The identifier that the report names the patient by: that of the study, as long as the record in use carries
 * it; else its own in the same system, else in the first configured one that it has, an old one last; else that
 * of the study where a record that was merged into it carries it. Undefined where nothing of this holds.
 */
export function publishedIdentifier(
  { patient, identifiers }: PatientRecord,
  ofStudy: Subject['identifier'] | undefined,
  config: Systems,
): Subject['identifier'] | undefined {
  const inUse = identifiersOf(patient.identifier);
  const isOfStudy = ({ system, value }: fhir4.Identifier) =>
    system === ofStudy?.system && value === ofStudy?.value;
  if (inUse.some(isOfStudy)) return ofStudy;
  const systems = [...(ofStudy === undefined ? [] : [ofStudy.system]), ...patientSystems(config)];
  for (const system of systems) {
    const ofSystem = inUse.filter((one) => one.system === system);
    const own = ofSystem.find(({ use }) => use !== 'old') ?? ofSystem[0];
    if (own !== undefined) return { system, value: own.value };
  }
  return identifiers.some(isOfStudy) ? ofStudy : undefined;
}
