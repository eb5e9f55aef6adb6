import type { EhrConfig } from '../config-schema.ts';
import { LobarError } from '../errors.ts';
import { isUid } from '../uid.ts';
import { codes } from './codes.ts';
import { textsOf } from './connection/conceal.ts';
import type { CallOptions, Identifier } from './connection/open-fhir-connection.ts';
import { operationPath } from './definitions/operation-definition.ts';
import { identifiersOf } from './identifiers-of.ts';
import { localId } from './local-id.ts';
import type { EhrClient } from './open-ehr.ts';

/** An order (ServiceRequest) as the EHR holds it. */
export interface Order {
  /** `ServiceRequest/<id>` */
  readonly reference: string;
  /** The accession number of accessionSystem, else the first of type ACSN. */
  readonly accession?: string;
  /** Every accession number that it carries. */
  readonly accessions: readonly string[];
  /** StudyInstanceUID, where the order names its study (identifier `urn:dicom:uid`). */
  readonly studyUid?: string;
  /** The patient, as the order refers to him or her. */
  readonly subject: fhir4.Reference | undefined;
  /** What no error may say. */
  readonly personal: readonly string[];
}

/**
 * The order that a caller names.
 *
 * @param reference - `ServiceRequest/<id>`, or the same under the url of this EHR
 * @throws LobarError `request-invalid` for any other reference; `order-not-found`, also for one that was
 *   revoked or entered in error (see `lookUpOrder`); and what FhirConnection throws
 */
export async function readOrder(ehr: EhrClient, reference: string, call: CallOptions): Promise<Order> {
  const id = localId(reference, 'ServiceRequest', ehr.config.url);
  if (id === undefined) {
    const problem = `the order is not a reference of the form ServiceRequest/<id> into EHR '${ehr.name}'`;
    throw new LobarError('request-invalid', { problem, definition: operationPath });
  }
  const personal = [...(call.personal ?? []), id];
  const found = await ehr.connection.read<fhir4.ServiceRequest>('ServiceRequest', id, { ...call, personal });
  if (found === undefined || isWithdrawn(found)) {
    throw new LobarError('order-not-found', { ehr: ehr.name, what: 'ServiceRequest', named: true });
  }
  return asOrder({ ...found, id }, ehr.config);
}

/** What a ServiceRequest says; identifiers that are malformed are none. */
export function asOrder(
  { id, identifier, subject }: fhir4.ServiceRequest & { readonly id: string },
  { accessionSystem }: Pick<EhrConfig, 'accessionSystem'>,
): Order {
  const identifiers = identifiersOf(identifier);
  const ofSystem = identifiers.filter(({ system }) => system !== undefined && system === accessionSystem);
  const accessions = [...ofSystem, ...identifiers.filter(isAccession)].map(({ value }) => value);
  const [accession] = accessions;
  const studyUid = identifiers.flatMap(studyUidOf)[0];
  return {
    reference: `ServiceRequest/${id}`,
    ...(accession === undefined ? {} : { accession }),
    accessions: [...new Set(accessions)],
    ...(studyUid === undefined ? {} : { studyUid }),
    subject,
    personal: textsOf([id, identifiers.map(({ value }) => value)]),
  };
}

/** What is not to be acted on: of ServiceRequest.status both, of ImagingStudy.status `entered-in-error`. */
export function isWithdrawn({ status }: { readonly status: string }): boolean {
  return status === 'entered-in-error' || status === 'revoked';
}

function isAccession({ type }: fhir4.Identifier): boolean {
  const { system, code } = codes.accession;
  const codings: readonly (fhir4.Coding | null)[] = Array.isArray(type?.coding) ? type.coding : [];
  return codings.some((one) => one?.code === code && (one.system === undefined || one.system === system));
}

/** The UID of a `urn:dicom:uid` identifier: `urn:oid:` and digits (FHIR R4 ImagingStudy). */
export function studyUidOf({ system, value }: Identifier): readonly string[] {
  const [, uid = ''] = /^urn:oid:(.+)$/.exec(value) ?? [];
  return system === 'urn:dicom:uid' && isUid(uid) ? [uid] : [];
}
