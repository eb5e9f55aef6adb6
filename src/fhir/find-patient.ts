import { LobarError } from '../errors.ts';
import { matchesOf } from './connection/expect-answer.ts';
import { type CallOptions, token } from './connection/open-fhir-connection.ts';
import { carries } from './identifiers-of.ts';
import { localId } from './local-id.ts';
import type { EhrClient } from './open-ehr.ts';
import { type IdentifiedPatient, linksOf, type PatientRecord, patientRecord } from './patient-record.ts';
import type { Subject } from './report-context.ts';

/**
 * The patient who carries an identifier, by one search; undefined where there is none. A record that was merged
 * into another (link `replaced-by`) stands for that one: it is left out where both are found, as a merge that
 * copies identifiers leaves them, and followed once where it is found alone.
 *
 * @throws LobarError `patient-ambiguous`; `patient-mismatch` for a record that is not in use;
 *   `ehr-response-invalid` when what was found does not carry the identifier: a server that ignores the
 *   parameter answers with anybody; and what FhirConnection throws
 */
export async function findPatient(
  ehr: EhrClient,
  identifier: Subject['identifier'],
  call: CallOptions,
): Promise<PatientRecord | undefined> {
  const personal = [...(call.personal ?? []), identifier.value];
  const found = await ehr.connection.search(
    'Patient',
    { identifier: token(identifier) },
    { ...call, personal },
  );
  const patients = matchesOf<fhir4.Patient>(found, 'Patient');
  const unmerged = patients.filter((one) => !isMergedInto(one, patients, ehr.config.url));
  const matches = Math.max(unmerged.length, (found.total ?? 0) - (patients.length - unmerged.length));
  if (matches > 1) throw new LobarError('patient-ambiguous', { ehr: ehr.name, matches });
  const [patient] = unmerged;
  if (patient === undefined) return undefined;
  if (!carries(patient.identifier, identifier) || !isIdentified(patient)) {
    const problem =
      'it answered the search for Patient with one that does not carry the identifier asked for';
    throw new LobarError('ehr-response-invalid', { ehr: ehr.name, problem });
  }
  const merged = patients.filter((one) => one !== patient);
  return await inUse(ehr, patient, { ...call, personal }, merged);
}

/**
 * The patient that a resource refers to; undefined where it refers to nobody who can be read here.
 *
 * @throws LobarError `patient-mismatch` for a record that is not in use, and what FhirConnection throws
 */
export async function readPatient(
  ehr: EhrClient,
  reference: fhir4.Reference | undefined,
  call: CallOptions,
): Promise<PatientRecord | undefined> {
  const patient = await read(ehr, reference?.reference, call);
  return patient === undefined ? undefined : await inUse(ehr, patient, call);
}

/** The record itself, or the one that it was merged into. */
async function inUse(
  ehr: EhrClient,
  patient: IdentifiedPatient,
  call: CallOptions,
  merged: readonly fhir4.Patient[] = [],
): Promise<PatientRecord> {
  const { url } = ehr.config;
  const [next, ...others] = linksOf(patient, 'replaced-by');
  if (next === undefined) {
    if (patient.active === false) throw notInUse(ehr, 'the record of the patient is not in use there');
    return patientRecord(patient, url, merged);
  }
  // Of two that replaced it, nobody can say which one the images are of.
  if (others.some((one) => one !== next)) throw notInUse(ehr, 'the record was merged there into several');
  const personal = [...(call.personal ?? []), ...patientRecord(patient, url).personal];
  const survivor = await read(ehr, next, { ...call, personal });
  if (survivor === undefined || survivor.active === false || linksOf(survivor, 'replaced-by').length > 0) {
    throw notInUse(ehr, 'the record of the patient was merged there into one that is not in use');
  }
  return patientRecord(survivor, url, [patient, ...merged]);
}

async function read(
  ehr: EhrClient,
  reference: string | undefined,
  call: CallOptions,
): Promise<IdentifiedPatient | undefined> {
  const id = localId(reference, 'Patient', ehr.config.url);
  if (id === undefined) return undefined;
  const personal = [...(call.personal ?? []), id];
  const patient = await ehr.connection.read<fhir4.Patient>('Patient', id, { ...call, personal });
  return patient === undefined ? undefined : { ...patient, id };
}

function isMergedInto(patient: fhir4.Patient, others: readonly fhir4.Patient[], base: string): boolean {
  const into = linksOf(patient, 'replaced-by').flatMap((one) => localId(one, 'Patient', base) ?? []);
  return others.some((other) => other !== patient && other.id !== undefined && into.includes(other.id));
}

function isIdentified(patient: fhir4.Patient): patient is IdentifiedPatient {
  return localId(`Patient/${patient.id}`, 'Patient', '') !== undefined;
}

function notInUse({ name }: EhrClient, what: string): LobarError {
  return new LobarError('patient-mismatch', { ehr: name, what });
}
