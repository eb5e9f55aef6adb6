import { LobarError } from '../errors.ts';
import { matchesOf } from './connection/expect-answer.ts';
import { type CallOptions, token } from './connection/open-fhir-connection.ts';
import { identifiersOf } from './identifiers-of.ts';
import { localId } from './local-id.ts';
import type { EhrClient } from './open-ehr.ts';
import { asOrder, isWithdrawn, type Order, studyUidOf } from './read-order.ts';

/** An ImagingStudy as the EHR holds it. */
export type HeldStudy = Pick<Order, 'reference' | 'subject' | 'personal'>;

type Wanted = fhir4.ServiceRequest | fhir4.ImagingStudy;
type Identified<T extends Wanted> = T & { readonly id: string };

/**
 * The one order of an accession number, in accessionSystem where one is configured. What was entered in error
 * does not count, nor does what was revoked: hospitals revoke an order to place it anew, and no further activity
 * should occur on a revoked one (FHIR R4 request-status). So where only a revoked one is left, nothing is
 * published, and a human places the order or switches the look-up off. [ours]
 *
 * @throws LobarError `order-not-found`, `order-ambiguous`, both with counts only; `ehr-response-invalid` when
 *   what was found does not carry the number; and what FhirConnection throws
 */
export async function lookUpOrder(ehr: EhrClient, accession: string, call: CallOptions): Promise<Order> {
  const { accessionSystem: system } = ehr.config;
  const carries = ({ identifier }: fhir4.ServiceRequest) => carriesAccession(identifier, accession, system);
  const query = token({ system, value: accession });
  const found = await search<fhir4.ServiceRequest>(ehr, 'ServiceRequest', query, carries, {
    ...call,
    personal: [...(call.personal ?? []), accession],
  });
  return asOrder(only(ehr, 'ServiceRequest', found), ehr.config);
}

/**
 * The one ImagingStudy of a study, by its StudyInstanceUID or accession number in one search. Those that carry
 * the UID count alone; without any, those of the accession number that name no study: one that names another
 * study is not this one.
 *
 * @throws LobarError as `lookUpOrder`
 */
export async function lookUpImagingStudy(
  ehr: EhrClient,
  study: { readonly uid: string; readonly accession?: string | undefined },
  call: CallOptions,
): Promise<HeldStudy> {
  const { accessionSystem: system } = ehr.config;
  const { uid, accession } = study;
  const uids = ({ identifier }: fhir4.ImagingStudy) => identifiersOf(identifier).flatMap(studyUidOf);
  const byAccession = (one: fhir4.ImagingStudy) =>
    accession !== undefined && carriesAccession(one.identifier, accession, system);
  // A comma between the values of one parameter means "or" (FHIR R4 search, 3.1.1.3.1).
  const query = [
    token({ system: 'urn:dicom:uid', value: `urn:oid:${uid}` }),
    ...(accession === undefined ? [] : [token({ system, value: accession })]),
  ].join(',');
  const { matches, total } = await search<fhir4.ImagingStudy>(
    ehr,
    'ImagingStudy',
    query,
    (one) => uids(one).includes(uid) || byAccession(one),
    { ...call, personal: [...(call.personal ?? []), uid, ...(accession === undefined ? [] : [accession])] },
  );
  const named = matches.filter((one) => uids(one).includes(uid));
  const fitting = named.length > 0 ? named : matches.filter((one) => uids(one).length === 0);
  const { id, subject } = only(ehr, 'ImagingStudy', {
    matches: fitting,
    total: total - (matches.length - fitting.length),
  });
  return { reference: `ImagingStudy/${id}`, subject, personal: [id] };
}

interface Found<T extends Wanted> {
  readonly matches: readonly Identified<T>[];
  /** As the server counts, which may be more than its first page holds. */
  readonly total: number;
}

async function search<T extends Wanted>(
  ehr: EhrClient,
  type: T['resourceType'],
  query: string,
  carries: (resource: T) => boolean,
  call: CallOptions,
): Promise<Found<T>> {
  const found = await ehr.connection.search(type, { identifier: query }, call);
  const resources = matchesOf<T>(found, type);
  const matches = resources.filter((one) => !isWithdrawn(one));
  const withdrawn = resources.length - matches.length;
  const isSound = (one: T): one is Identified<T> =>
    localId(`${type}/${one.id}`, type, '') !== undefined && carries(one);
  if (!matches.every(isSound)) {
    const problem = `it answered the search for ${type} with one that does not carry the identifier asked for`;
    throw new LobarError('ehr-response-invalid', { ehr: ehr.name, problem });
  }
  return { matches, total: (found.total ?? resources.length) - withdrawn };
}

function only<T extends Wanted>(
  { name }: EhrClient,
  what: T['resourceType'],
  { matches: [first, ...others], total }: Found<T>,
): Identified<T> {
  const matches = Math.max(total, others.length + (first === undefined ? 0 : 1));
  if (matches > 1) throw new LobarError('order-ambiguous', { ehr: name, what, matches });
  if (first === undefined) throw new LobarError('order-not-found', { ehr: name, what });
  return first;
}

function carriesAccession(identifier: unknown, accession: string, system: string | undefined): boolean {
  return identifiersOf(identifier).some(
    (one) => one.value === accession && (system === undefined || one.system === system),
  );
}
