import { baseOf } from './publication.ts';
import type { Definition } from './served-definitions.ts';

/** What a search found, as FHIR R4 answers it. `query` is the search as it was understood. */
export function searchset(
  fhirBase: string,
  type: string,
  query: string,
  found: readonly Definition[],
): fhir4.Bundle {
  const base = baseOf(fhirBase);
  const entry = found.map((resource) => ({
    fullUrl: `${base}/${type}/${resource.id}`,
    resource,
    search: { mode: 'match' as const },
  }));
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    total: found.length,
    link: [{ relation: 'self', url: `${base}/${type}${query === '' ? '' : `?${query}`}` }],
    ...(entry.length > 0 ? { entry } : {}),
  };
}
