import type { ArrangedTransaction } from './arrange-transaction.ts';

/**
 * What a transaction-response says of each entry (FHIR R4 3.1.0.11.4): the id it has now, and whether it was
 * written. A conditional create that found one to be there (200) was not.
 */
export function idsInAnswer(
  { bundle, names }: ArrangedTransaction,
  answer: fhir4.Bundle,
): { readonly ids: ReadonlyMap<string, string>; readonly carriedOut: ReadonlySet<string> } {
  const ids = new Map<string, string>();
  const carriedOut = new Set<string>();
  for (const [index, name] of names.entries()) {
    const { resource, response } = answer.entry?.[index] ?? {};
    const request = bundle.entry?.[index]?.request;
    const type = name.slice(0, name.indexOf('/'));
    // What was put under an id has that one, whatever order a server answers in.
    const [, put] = request?.method === 'PUT' ? (locationOf(type).exec(request.url) ?? []) : [];
    const [, located] = locationOf(type).exec(response?.location ?? '') ?? [];
    const id = put ?? located ?? (resource?.resourceType === type ? resource.id : undefined);
    if (id !== undefined) ids.set(name, id);
    if (request?.method === 'PUT' || response?.status?.startsWith('201')) carriedOut.add(name);
  }
  return { ids, carriedOut };
}

function locationOf(type: string): RegExp {
  return new RegExp(`(?:^|/)${type}/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?$`);
}
