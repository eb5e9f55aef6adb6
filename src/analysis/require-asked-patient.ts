import type { InstanceHeader } from '../dicom/instance-header.ts';
import { LobarError } from '../errors.ts';
import type { AnalyzeRequest } from './analyze.ts';

/**
 * Without an EHR to ask, the images themselves must say the number of the patient whom the caller names. With
 * one, `resolveSubject` compares.
 *
 * @throws LobarError `patient-identifier-missing`, `identity-mismatch`
 */
export function requireAskedPatient(
  { ehr, patient }: Pick<AnalyzeRequest, 'ehr' | 'patient'>,
  header: Pick<InstanceHeader, 'patient'>,
): void {
  if (ehr !== undefined || patient === undefined) return;
  const { id } = header.patient;
  if (id === undefined) throw new LobarError('patient-identifier-missing', {});
  if (id !== patient.value) throw new LobarError('identity-mismatch', { what: 'patient' });
}
