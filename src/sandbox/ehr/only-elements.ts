import type { Resource } from '@medplum/fhirtypes';

/** Part of every resource, asked for or not. */
const always: readonly string[] = ['resourceType', 'id', 'meta'];
const subsetted = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationValue',
  code: 'SUBSETTED',
};

/**
 * What a search found, with the elements of `_elements` alone and the tag that says so (FHIR R4 search 3.1.1.5.5);
 * MemoryRepository ignores it. What came along (`_include`) stays whole.
 *
 * @param url - of the search, with its query
 */
export function onlyElements(found: Resource, url: string): Resource {
  const elements = new URLSearchParams(url.split('?')[1]).get('_elements')?.split(',');
  if (elements === undefined || found.resourceType !== 'Bundle' || found.type !== 'searchset') return found;
  const entry = (found.entry ?? []).map((one) =>
    one.resource === undefined || one.search?.mode === 'include'
      ? one
      : { ...one, resource: subset(one.resource, [...always, ...elements]) },
  );
  return { ...found, entry };
}

function subset(resource: Resource, names: readonly string[]): Resource {
  const { meta } = resource;
  const kept = Object.entries(resource).filter(([name]) => names.includes(name));
  return {
    ...Object.fromEntries(kept),
    meta: { ...meta, tag: [...(meta?.tag ?? []), subsetted] },
  } as Resource;
}
