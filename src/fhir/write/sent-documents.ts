import type { WriteOptions } from '../connection/open-fhir-connection.ts';
import { attachedBytes } from '../presented-form.ts';

/**
 * How resources are written that may carry documents.
 *
 * @param setting - of the EHR, `ehr.main`, where settings of it take the documents out
 */
export function carrying<Call extends WriteOptions>(
  call: Call,
  resources: readonly (fhir4.FhirResource | undefined)[],
  setting?: string,
): Call {
  const bytes = attachedBytes(resources);
  if (bytes === 0) return call;
  const has = (type: string) =>
    resources.some((one) => one?.resourceType === type && attachedBytes([one]) > 0);
  const settings = [
    ...(has('DiagnosticReport') ? [`${setting}.presentedForm`] : []),
    ...(has('DocumentReference') ? [`${setting}.documentReference`] : []),
  ];
  return { ...call, documents: { bytes, settings: setting === undefined ? [] : settings } };
}
