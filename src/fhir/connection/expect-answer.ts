import { Client } from 'fhir-kit-client';
import { LobarError } from '../../errors.ts';
import { whatItSaid } from './classify-failure.ts';

interface Asked {
  readonly ehr: string;
  readonly operation: string;
}

/** An answer as the resource that was asked for. @throws LobarError `ehr-response-invalid` */
export function expectResource<T extends fhir4.FhirResource>(
  answer: unknown,
  resourceType: T['resourceType'],
  { ehr, operation }: Asked,
): T {
  const got = (answer as { resourceType?: unknown } | null)?.resourceType;
  if (got !== resourceType) {
    // What it calls itself is repeated only if it looks like a type: it is text from outside.
    const named = typeof got === 'string' && /^[A-Z][A-Za-z]{1,40}$/.test(got) ? got : 'no FHIR resource';
    const problem = `it answered ${operation} with ${named} instead of ${resourceType}`;
    throw new LobarError('ehr-response-invalid', { ehr, problem });
  }
  return answer as T;
}

/** An answer as a Bundle of the given type with a sound list of entries. @throws LobarError `ehr-response-invalid` */
export function expectBundle(
  answer: unknown,
  type: 'searchset' | 'transaction-response',
  asked: Asked,
): fhir4.Bundle {
  const bundle = expectResource<fhir4.Bundle>(answer, 'Bundle', asked);
  const { entry = [] } = bundle;
  const { ehr, operation } = asked;
  if (bundle.type !== type) {
    throw new LobarError('ehr-response-invalid', {
      ehr,
      problem: `it answered ${operation} with a Bundle that is no ${type}`,
    });
  }
  if (!Array.isArray(entry) || entry.some((one) => one === null || typeof one !== 'object')) {
    throw new LobarError('ehr-response-invalid', {
      ehr,
      problem: `its Bundle for ${operation} is malformed`,
    });
  }
  return bundle;
}

/** What a search found, without what came along with it (search.mode include, outcome). */
export function matchesOf<T extends fhir4.FhirResource>(
  { entry = [] }: fhir4.Bundle,
  resourceType: T['resourceType'],
): T[] {
  return entry
    .filter(({ search }) => search?.mode === undefined || search.mode === 'match')
    .map(({ resource }) => resource as T | undefined)
    .filter((resource) => resource?.resourceType === resourceType)
    .filter((resource) => resource !== undefined);
}

/**
 * The id of a resource that was written: of the resource that came back, else of the Location header.
 *
 * @throws LobarError `ehr-response-invalid`; also for 200 with an OperationOutcome of errors, which some
 *   servers answer
 */
export function expectWritten(
  answer: object,
  resourceType: string,
  { ehr, operation, personal }: Asked & { readonly personal: readonly string[] },
): { id: string } {
  const { resourceType: got, id } = answer as { resourceType?: unknown; id?: unknown };
  const { issue } = answer as Partial<fhir4.OperationOutcome>;
  if (got === resourceType && typeof id === 'string') {
    return { id };
  }
  const isRefusal = Array.isArray(issue) && issue.some((one) => ['error', 'fatal'].includes(one?.severity));
  const { response } = Client.httpFor(answer as Parameters<typeof Client.httpFor>[0]);
  const named = /([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})(?:\/_history\/[^/]+)?$/.exec(
    response?.headers.get('location') ?? '',
  );
  if (isRefusal || named?.[1] !== resourceType || named[2] === undefined) {
    const said = isRefusal ? `an OperationOutcome of errors: ${whatItSaid(answer, personal)}` : 'no id';
    const problem = `it answered ${operation} with ${said}`;
    throw new LobarError('ehr-response-invalid', { ehr, problem });
  }
  return { id: named[2] };
}
