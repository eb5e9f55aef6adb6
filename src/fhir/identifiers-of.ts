import type { Identifier } from './connection/open-fhir-connection.ts';

type ValuedIdentifier = fhir4.Identifier & { readonly value: string };

/** The identifiers of a resource that have a value, as far as they are well formed: it comes from outside. */
export function identifiersOf(identifier: unknown): readonly ValuedIdentifier[] {
  const list: readonly (fhir4.Identifier | null)[] = Array.isArray(identifier) ? identifier : [];
  return list.filter(
    (one): one is ValuedIdentifier => typeof one?.value === 'string' && one.value.trim() !== '',
  );
}

/** Whether a resource with these identifiers carries the wanted one: same system, or both without, same value. */
export function carries(identifier: unknown, wanted: Identifier): boolean {
  return identifiersOf(identifier).some(
    ({ system, value }) => system === wanted.system && value === wanted.value,
  );
}
