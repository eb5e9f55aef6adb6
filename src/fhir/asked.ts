import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import type { Identifier } from './connection/open-fhir-connection.ts';
import type { EhrClient } from './open-ehr.ts';
import { patientSystems } from './patient-identifier.ts';
import type { PatientRecord } from './patient-record.ts';
import type { Order } from './read-order.ts';
import type { ReportFacts } from './report-facts.ts';

/** What a caller says of a study, beside its images. */
export interface Asked {
  /** The patient whom the caller means; without a system, in any configured one. */
  readonly patient?: Identifier | undefined;
  /** The order, `ServiceRequest/<id>`. */
  readonly serviceRequest?: string | undefined;
  /** Overrules AccessionNumber of images and order; an empty one says nothing. */
  readonly accession?: string | undefined;
  /** The patient whom the Task is for that asks, as it refers to him or her. */
  readonly taskFor?: fhir4.Reference | undefined;
}

/** @throws LobarError `identifier-system-unknown` */
export function requireKnownSystem(
  patient: Identifier | undefined,
  config: Pick<EhrConfig, 'issuerSystems' | 'patientIdentifierSystem'>,
): void {
  const known = patientSystems(config);
  if (patient?.system !== undefined && !known.includes(patient.system)) {
    throw new LobarError('identifier-system-unknown', { parameter: 'patient', known });
  }
}

/**
 * The patient whom the caller names is the one that was found: one of the records of that patient carries the
 * identifier.
 *
 * @throws LobarError `patient-mismatch`
 */
export function requireCarried(
  patient: Identifier | undefined,
  { identifiers }: PatientRecord,
  { name, config }: EhrClient,
): void {
  if (patient === undefined) return;
  const systems = patient.system === undefined ? patientSystems(config) : [patient.system];
  const carries = identifiers.some(
    ({ system, value }) => value === patient.value && system !== undefined && systems.includes(system),
  );
  if (!carries) {
    throw new LobarError('patient-mismatch', { ehr: name, what: 'the patient that was asked for' });
  }
}

/** An order that carries accession numbers carries the one that the caller says. @throws LobarError `request-invalid` */
export function requireSameAccession(
  accession: string | undefined,
  { accessions }: Pick<Order, 'accessions'>,
): void {
  if (!accession || accessions.length === 0 || accessions.includes(accession)) return;
  throw new LobarError('request-invalid', {
    problem: 'the order has another accession number than the one given',
  });
}

/**
 * An order that names a study names this one, or else carries its accession number: a scanner may have minted
 * another UID than the worklist gave.
 *
 * @throws LobarError `request-invalid`
 */
export function requireSameStudy(
  { uid, accession }: ReportFacts['study'],
  { studyUid, accessions }: Pick<Order, 'studyUid' | 'accessions'>,
): void {
  if (studyUid === undefined || studyUid === uid) return;
  if (accession && accessions.includes(accession)) return;
  throw new LobarError('request-invalid', {
    problem: 'the order is of another study than the one given; give the order of this study',
  });
}
