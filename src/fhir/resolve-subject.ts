import { LobarError, type Notice } from '../errors.ts';
import { accessionOverruled } from './accession-overruled.ts';
import {
  type Asked,
  requireCarried,
  requireKnownSystem,
  requireSameAccession,
  requireSameStudy,
} from './asked.ts';
import type { CallOptions } from './connection/open-fhir-connection.ts';
import { findPatient, readPatient } from './find-patient.ts';
import { type HeldStudy, lookUpImagingStudy, lookUpOrder } from './look-up-order.ts';
import type { EhrClient } from './open-ehr.ts';
import { compareDemographics, differences } from './patient-demographics.ts';
import { patientIdentifier, publishedIdentifier } from './patient-identifier.ts';
import { isOf, type PatientRecord } from './patient-record.ts';
import { type Order, readOrder } from './read-order.ts';
import type { Subject } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';

/** Whom and what a study is of, as the EHR knows it. */
export interface ResolvedSubject extends Subject {
  readonly reference: string;
  /** AccessionNumber of the report: of the order that the caller named, else of the study. */
  readonly accession?: string;
  /** `patient-mismatch`, where config says to warn, `patient-by-order`, `accession-overruled`. */
  readonly warnings: readonly Notice[];
  /** What identifies the patient and the order, so that later errors do not say it. */
  readonly personal: readonly string[];
}

/**
 * The patient of a study, its order and its ImagingStudy. The rules, all of them:
 *
 * 1. The patient is who carries the PatientID, in the system of its IssuerOfPatientID or, where no issuer is
 *    named or configured, in patientIdentifierSystem: exactly one. A record that was merged (link `replaced-by`) stands for the one
 *    that it was merged into; a record that is not in use is refused. [ours]
 * 2. The order is the one that the caller names, else, with lookUp.serviceRequest, the one of the accession
 *    number; with lookUp.imagingStudy there is one ImagingStudy of the StudyInstanceUID or accession number.
 *    Without an accession number no order is looked up. Each must be there exactly once, and of the patient.
 * 3. Where the header has no PatientID, or one of an unknown issuer, or nobody carries it, the patient of the order, else of the ImagingStudy,
 *    is taken, if the EHR and the header name the same day of birth and no different sex, whatever
 *    `demographics` says, and if the record carries an identifier of a configured system. The warning
 *    `patient-by-order` says so. [ours]
 * 4. Birth date and sex are compared with the header where both sides say something. A difference refuses, or
 *    with demographics `warn` is a warning.
 * 5. The patient whom the caller names must be this one, and so must the one whom the Task is for.
 * 6. The accession number is the caller's, else that of the order that the caller names, else that of the
 *    images. One that is not that of the images is the warning `accession-overruled`.
 *
 * @param asked - what the caller says
 * @throws LobarError `patient-identifier-missing`, `patient-not-found`, `patient-ambiguous`,
 *   `patient-mismatch`, `order-not-found`, `order-ambiguous`, `identifier-system-unknown`, `request-invalid`
 *   (an order that is no reference, is of another study, or has another accession number than the caller says),
 *   and what FhirConnection throws
 */
export async function resolveSubject(
  ehr: EhrClient,
  study: ReportFacts['study'],
  call: CallOptions,
  asked: Asked = {},
): Promise<ResolvedSubject> {
  requireKnownSystem(asked.patient, ehr.config);
  const identifier = patientIdentifier(study, ehr.config);
  const carrier = identifier && (await findPatient(ehr, identifier, call));
  const known = { ...call, personal: [...(call.personal ?? []), ...(carrier?.personal ?? [])] };

  const order = await orderOf(ehr, study, asked, known);
  const named = asked.serviceRequest === undefined ? undefined : order;
  const accession = asked.accession || (named?.accession ?? study.accession);
  const imagingStudy = await imagingStudyOf(ehr, { uid: study.uid, accession }, known);

  const found = carrier ?? (await patientOfOrder(ehr, study, order ?? imagingStudy, known));
  const published = found && publishedIdentifier(found, identifier, ehr.config);
  if (found === undefined || published === undefined) throw notFound(ehr, study, identifier);
  await requireSamePatient(ehr, found, { held: order, what: 'the patient of the order' }, known);
  await requireSamePatient(
    ehr,
    found,
    { held: imagingStudy, what: 'the patient of the ImagingStudy' },
    known,
  );
  const task = asked.taskFor && { subject: asked.taskFor };
  await requireSamePatient(ehr, found, { held: task, what: 'the patient of the Task' }, known);
  const warnings = [
    ...(carrier === undefined ? [byOrder(order === undefined ? 'ImagingStudy' : 'order')] : []),
    ...accessionOverruled(accession, study.accession),
    ...checkDemographics(ehr, study, found),
  ];
  requireCarried(asked.patient, found, ehr);

  return {
    reference: `Patient/${found.id}`,
    identifier: published,
    ...(accession ? { accession } : {}),
    ...(order === undefined ? {} : { order: order.reference }),
    ...(imagingStudy === undefined ? {} : { imagingStudy: imagingStudy.reference }),
    warnings,
    personal: [...found.personal, ...(order?.personal ?? []), ...(imagingStudy?.personal ?? [])],
  };
}

async function orderOf(
  ehr: EhrClient,
  study: ReportFacts['study'],
  asked: Asked,
  call: CallOptions,
): Promise<Order | undefined> {
  if (asked.serviceRequest !== undefined) {
    const order = await readOrder(ehr, asked.serviceRequest, call);
    requireSameAccession(asked.accession, order);
    requireSameStudy(study, order);
    return order;
  }
  const { accession } = study;
  const isWanted = ehr.config.lookUp.serviceRequest && accession !== undefined && accession !== '';
  return isWanted ? await lookUpOrder(ehr, accession, call) : undefined;
}

async function imagingStudyOf(
  ehr: EhrClient,
  { uid, accession }: { readonly uid: string; readonly accession: string | undefined },
  call: CallOptions,
): Promise<HeldStudy | undefined> {
  if (!ehr.config.lookUp.imagingStudy) return undefined;
  return await lookUpImagingStudy(ehr, { uid, accession: accession || undefined }, call);
}

/** Rule 3. @throws LobarError `patient-mismatch` */
async function patientOfOrder(
  ehr: EhrClient,
  study: ReportFacts['study'],
  held: Pick<Order, 'subject'> | undefined,
  call: CallOptions,
): Promise<PatientRecord | undefined> {
  const record = held && (await readPatient(ehr, held.subject, call));
  if (record === undefined) return undefined;
  const { sameBirthDay, birthDate, sex } = compareDemographics(study, record.patient);
  if (sameBirthDay && sex !== 'differs') return record;
  const what =
    differences({ sameBirthDay, birthDate, sex }) ??
    'no day of birth on both sides, which a patient found by the order alone needs';
  throw new LobarError('patient-mismatch', { ehr: ehr.name, what });
}

function byOrder(what: 'order' | 'ImagingStudy'): Notice {
  const text = `The images have no PatientID that the EHR knows, so the patient was taken from the ${what}: check that it is the right one.`;
  return { code: 'patient-by-order', text };
}

/** What refers to another record may still refer to one that was merged into this. @throws LobarError `patient-mismatch` */
async function requireSamePatient(
  ehr: EhrClient,
  patient: PatientRecord,
  { held, what }: { readonly held: Pick<Order, 'subject'> | undefined; readonly what: string },
  call: CallOptions,
): Promise<void> {
  if (held === undefined || isOf(patient, held.subject, ehr.config.url)) return;
  const other = await readPatient(ehr, held.subject, call);
  if (other?.id !== patient.id) throw new LobarError('patient-mismatch', { ehr: ehr.name, what });
}

/** Rule 4. @throws LobarError `patient-mismatch` */
function checkDemographics(
  { name, config }: EhrClient,
  study: ReportFacts['study'],
  { patient }: PatientRecord,
): readonly Notice[] {
  const what = differences(compareDemographics(study, patient));
  if (what === undefined) return [];
  if (config.demographics === 'refuse') throw new LobarError('patient-mismatch', { ehr: name, what });
  const text = `The images and the EHR differ in the patient's ${what}. Check that the images are of this patient.`;
  return [{ code: 'patient-mismatch', text }];
}

function notFound(
  { name, config }: EhrClient,
  { patientId }: ReportFacts['study'],
  identifier: Subject['identifier'] | undefined,
): LobarError {
  if (identifier !== undefined) return new LobarError('patient-not-found', { ehr: name });
  if (!patientId) return new LobarError('patient-identifier-missing', {});
  const known = Object.keys(config.issuerSystems);
  return new LobarError('identifier-system-unknown', { parameter: 'IssuerOfPatientID', known });
}
