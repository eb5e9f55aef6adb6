import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { textsOf } from './connection/conceal.ts';
import { matchesOf } from './connection/expect-answer.ts';
import { type CallOptions, token } from './connection/open-fhir-connection.ts';
import type { EhrClient } from './open-ehr.ts';
import type { Subject } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';

/** The patient as the EHR knows him or her. */
export interface ResolvedSubject extends Subject {
  readonly reference: string;
  /** What identifies the patient, so that later errors do not say it. */
  readonly personal: readonly string[];
}

/**
 * The patient of a study, by one identifier search.
 *
 * @throws LobarError `patient-identifier-missing`, `patient-not-found`, `patient-ambiguous`, and what
 *   FhirConnection throws
 */
export async function resolveSubject(
  { name, config, connection }: EhrClient,
  study: ReportFacts['study'],
  options: CallOptions,
): Promise<ResolvedSubject> {
  const identifier = patientIdentifier(study, config);
  const personal = [...(options.personal ?? []), identifier.value];
  const found = await connection.search(
    'Patient',
    { identifier: token(identifier) },
    { ...options, personal },
  );
  return onlyPatient(found, identifier, name);
}

/**
 * The identifier under which the EHR knows the patient of a study: PatientID, in the system of its
 * IssuerOfPatientID where one is configured.
 *
 * @throws LobarError `patient-identifier-missing`
 */
export function patientIdentifier(
  { patientId, issuerOfPatientId }: ReportFacts['study'],
  { issuerSystems, patientIdentifierSystem }: EhrConfig,
): Subject['identifier'] {
  if (!patientId) {
    throw new LobarError('patient-identifier-missing', {});
  }
  const own = issuerOfPatientId !== undefined && Object.hasOwn(issuerSystems, issuerOfPatientId);
  const system = own ? issuerSystems[issuerOfPatientId] : undefined;
  return { system: system ?? patientIdentifierSystem, value: patientId };
}

/**
 * The one patient of a search by identifier.
 *
 * @throws LobarError `patient-not-found`, `patient-ambiguous`; `ehr-response-invalid` when the one that was
 *   found does not carry the identifier: a server that ignores the parameter answers with anybody
 */
export function onlyPatient(
  found: fhir4.Bundle,
  identifier: Subject['identifier'],
  ehr: string,
): ResolvedSubject {
  const patients = matchesOf<fhir4.Patient>(found, 'Patient');
  const matches = Math.max(patients.length, found.total ?? 0);
  const [patient] = patients;
  if (matches > 1) {
    throw new LobarError('patient-ambiguous', { ehr, matches });
  }
  if (patient === undefined) {
    throw new LobarError('patient-not-found', { ehr });
  }
  const carries = patient.identifier?.some(
    ({ system, value }) => system === identifier.system && value === identifier.value,
  );
  if (!carries || !patient.id) {
    const problem =
      'it answered the search for Patient with one that does not carry the identifier asked for';
    throw new LobarError('ehr-response-invalid', { ehr, problem });
  }
  return { reference: `Patient/${patient.id}`, identifier, personal: personalTexts(patient) };
}

function personalTexts({ id, identifier, name, telecom, address, birthDate }: fhir4.Patient): string[] {
  const identifiers = identifier?.map(({ value }) => value);
  const names = name?.map(({ text, family, given }) => [text, family, given]);
  const places = address?.map(({ text, line, city, postalCode }) => [text, line, city, postalCode]);
  const numbers = telecom?.map(({ value }) => value);
  return textsOf([id, identifiers, names, places, numbers, birthDate]);
}
