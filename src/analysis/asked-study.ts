import type { PacsClient } from '../dicomweb/open-pacs.ts';
import { LobarError } from '../errors.ts';
import type { CallOptions } from '../fhir/connection/open-fhir-connection.ts';
import { operationPath } from '../fhir/definitions/operation-definition.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import { readOrder } from '../fhir/read-order.ts';
import { findStudyByAccession } from './find-study.ts';

/** How a study may be named: what comes first here decides. */
export interface StudyNames {
  /** StudyInstanceUID. */
  readonly study?: string | undefined;
  /** Accession number. */
  readonly accession?: string | undefined;
  /** `ServiceRequest/<id>` */
  readonly serviceRequest?: string | undefined;
}

/**
 * The StudyInstanceUID of the study that is meant: given, or found in the PACS by accession number, which an
 * order tells.
 *
 * @throws LobarError `study-not-found`, `study-ambiguous`, `request-invalid` for an order that names no study,
 *   and what `readOrder` and the PACS throw
 */
export async function askedStudy(
  { study, accession, serviceRequest }: StudyNames,
  pacs: PacsClient,
  ehr: EhrClient | undefined,
  call: CallOptions,
): Promise<string> {
  if (study !== undefined) return study;
  if (accession !== undefined) return await findStudyByAccession(pacs, accession, call.signal);
  if (serviceRequest === undefined || ehr === undefined) {
    throw new LobarError('request-invalid', {
      problem: 'it names no study, accession number or order',
      definition: operationPath,
    });
  }
  const order = await readOrder(ehr, serviceRequest, call);
  if (order.studyUid !== undefined) return order.studyUid;
  if (order.accession === undefined) {
    const problem = 'the order that it names has neither an accession number nor a study; name the study';
    throw new LobarError('request-invalid', { problem, definition: operationPath });
  }
  return await findStudyByAccession(pacs, order.accession, call.signal);
}
