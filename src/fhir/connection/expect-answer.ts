import { Client } from 'fhir-kit-client';
import { LobarError, type LobarErrorOptions } from '../../errors.ts';
import { tellsFailure, whatItSaid } from './what-it-said.ts';

interface Asked {
  readonly ehr: string;
  readonly operation: string;
  /** Values that no error says. */
  readonly personal: readonly string[];
  /** It was a write, so that it is not known what the server holds now. */
  readonly write?: true;
}

/** An answer as the resource that was asked for. @throws LobarError `ehr-response-invalid` */
export function expectResource<T extends fhir4.FhirResource>(
  answer: unknown,
  resourceType: T['resourceType'],
  asked: Asked,
): T {
  const got = (answer as { resourceType?: unknown } | null)?.resourceType;
  if (got === resourceType) {
    return answer as T;
  }
  if (tellsFailure(answer)) {
    throw refusedWithSuccess(answer, asked);
  }
  // What it calls itself is repeated only if it looks like a type: it is text from outside.
  const named = typeof got === 'string' && /^[A-Z][A-Za-z]{1,40}$/.test(got) ? got : 'no FHIR resource';
  throw invalid(`it answered ${asked.operation} with ${named} instead of ${resourceType}`, asked);
}

/** An answer as a Bundle of the given type with a sound list of entries. @throws LobarError `ehr-response-invalid` */
export function expectBundle(
  answer: unknown,
  type: 'searchset' | 'transaction-response',
  asked: Asked,
): fhir4.Bundle {
  const bundle = expectResource<fhir4.Bundle>(answer, 'Bundle', asked);
  const { entry = [] } = bundle;
  if (bundle.type !== type) {
    throw invalid(`it answered ${asked.operation} with a Bundle that is no ${type}`, asked);
  }
  if (!Array.isArray(entry) || entry.some((one) => one === null || typeof one !== 'object')) {
    throw invalid(`its Bundle for ${asked.operation} is malformed`, asked);
  }
  return bundle;
}

/**
 * An answer as the result of a search. One that brings an OperationOutcome of errors may lack what was sought: a
 * report that is not found would be written a second time.
 *
 * @throws LobarError `ehr-response-invalid`
 */
export function expectSearchset(answer: unknown, asked: Asked): fhir4.Bundle {
  const bundle = expectBundle(answer, 'searchset', asked);
  const outcome = bundle.entry?.find(({ resource }) => tellsFailure(resource))?.resource;
  if (outcome !== undefined) {
    throw refusedWithSuccess(outcome, asked);
  }
  return bundle;
}

/** What a search found, without what came along with it (search.mode include, outcome). */
export function matchesOf<T extends fhir4.FhirResource>(
  { entry = [] }: fhir4.Bundle,
  resourceType: T['resourceType'],
): T[] {
  return entry
    .filter(isMatch)
    .map(({ resource }) => resource as T | undefined)
    .filter((resource) => resource?.resourceType === resourceType)
    .filter((resource) => resource !== undefined);
}

export function isMatch({ search }: fhir4.BundleEntry): boolean {
  return search?.mode === undefined || search.mode === 'match';
}

/**
 * The id of a resource that was written: of the resource that came back, else of the Location header, else the
 * one that it was put under, for a server may answer nothing or an OperationOutcome (FHIR R4 http, Managing Return
 * Content).
 *
 * @throws LobarError `ehr-response-invalid`; also for 200 with an OperationOutcome of errors, which some
 *   servers answer
 */
export function expectWritten(
  answer: object,
  { resourceType, id: putId }: { readonly resourceType: string; readonly id?: string | undefined },
  of: Asked,
): { id: string } {
  const asked: Asked = { ...of, write: true };
  const { resourceType: got, id } = answer as { resourceType?: unknown; id?: unknown };
  if (got === resourceType && typeof id === 'string') {
    return { id };
  }
  if (tellsFailure(answer)) {
    throw refusedWithSuccess(answer, asked);
  }
  const { response } = Client.httpFor(answer as Parameters<typeof Client.httpFor>[0]);
  const named = /([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(
    response?.headers.get('location') ?? '',
  );
  if (named?.[1] === resourceType && named[2] !== undefined) {
    return { id: named[2] };
  }
  if (putId !== undefined && (got === 'OperationOutcome' || Object.keys(answer).length === 0)) {
    return { id: putId };
  }
  throw invalid(`it answered ${asked.operation} with no id`, asked);
}

/** A failure told with HTTP 200. */
function refusedWithSuccess(outcome: unknown, asked: Asked): LobarError {
  const { said, ...words } = whatItSaid(outcome, asked.personal);
  return invalid(`it answered ${asked.operation} with an OperationOutcome of errors: ${said}`, asked, words);
}

function invalid(problem: string, { ehr, write }: Asked, options: LobarErrorOptions = {}): LobarError {
  return new LobarError('ehr-response-invalid', { ehr, problem, write }, options);
}
