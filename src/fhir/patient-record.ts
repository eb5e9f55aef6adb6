import { textsOf } from './connection/conceal.ts';
import { identifiersOf } from './identifiers-of.ts';
import { localId } from './local-id.ts';

export type IdentifiedPatient = fhir4.Patient & { readonly id: string };

/** A patient as the EHR holds him or her: one record, and those that were merged into it. */
export interface PatientRecord {
  /** Of the record in use. */
  readonly id: string;
  readonly patient: fhir4.Patient;
  /** Of the records that were merged into it as well. */
  readonly ids: ReadonlySet<string>;
  /** Likewise, the record in use first. */
  readonly identifiers: ReturnType<typeof identifiersOf>;
  /** What no error may say. */
  readonly personal: readonly string[];
}

/**
 * The record in use, with others that were merged into it, and by their ids all that it says to have replaced.
 *
 * @param base - url of the EHR, for references that are absolute
 */
export function patientRecord(
  patient: IdentifiedPatient,
  base: string,
  merged: readonly fhir4.Patient[] = [],
): PatientRecord {
  const records = [patient, ...merged];
  const linked = linksOf(patient, 'replaces').flatMap((one) => localId(one, 'Patient', base) ?? []);
  return {
    id: patient.id,
    patient,
    ids: new Set([...records.flatMap(({ id }) => id ?? []), ...linked]),
    identifiers: records.flatMap(({ identifier }) => identifiersOf(identifier)),
    personal: records.flatMap(personalTexts),
  };
}

/** The references of a patient's links of one type; links that are malformed are none. */
export function linksOf({ link }: fhir4.Patient, type: fhir4.PatientLink['type']): readonly string[] {
  const links: readonly (fhir4.PatientLink | null)[] = Array.isArray(link) ? link : [];
  return links.flatMap((one) => {
    const reference = one?.type === type ? one.other?.reference : undefined;
    return typeof reference === 'string' ? [reference] : [];
  });
}

/**
 * Whether a reference is to this patient: by the record that it points to, else by an identifier. Without
 * either, or to somebody of another server, it is not.
 */
export function isOf(
  { ids, identifiers }: PatientRecord,
  reference: fhir4.Reference | undefined,
  base: string,
): boolean {
  const id = localId(reference?.reference, 'Patient', base);
  if (id !== undefined) return ids.has(id);
  const { system, value } = reference?.identifier ?? {};
  // Without a system a number names nobody: two hospitals both have a patient 1.
  if (typeof system !== 'string' || typeof value !== 'string') return false;
  return identifiers.some((one) => one.system === system && one.value === value);
}

function personalTexts({ id, identifier, name, telecom, address, birthDate }: fhir4.Patient): string[] {
  const identifiers = list(identifier).map(({ value }) => value);
  const names = list(name).map(({ text, family, given }) => [text, family, given]);
  const places = list(address).map(({ text, line, city, postalCode }) => [text, line, city, postalCode]);
  const numbers = list(telecom).map(({ value }) => value);
  return textsOf([id, identifiers, names, places, numbers, birthDate]);
}

function list<Item extends object>(items: readonly Item[] | undefined): readonly Item[] {
  const all: readonly (Item | null)[] = Array.isArray(items) ? items : [];
  return all.filter((one) => one !== null && typeof one === 'object');
}
