import { getSearchParameters } from '@medplum/core';
import type { SearchParameter } from '@medplum/fhirtypes';

/** The kinds of parameter that MemoryRepository compares; of others it says "no match". */
const compared: readonly string[] = ['reference', 'string', 'uri', 'token', 'date'];

/** Parameters that shape a result, beside those that select. */
const shaping: readonly string[] = [
  '_count',
  '_offset',
  '_sort',
  '_include',
  '_revinclude',
  '_total',
  '_format',
  '_elements',
];

/** The search parameters of a type that really select. */
export function searchParametersOf(resourceType: string): SearchParameter[] {
  return Object.values(getSearchParameters(resourceType) ?? {}).filter(({ type }) => compared.includes(type));
}

/** The first parameter of a query that would not select: a search that ignores it would find too much. */
export function unknownParameter(resourceType: string, names: Iterable<string>): string | undefined {
  const known = new Set(['_id', ...shaping, ...searchParametersOf(resourceType).map(({ code }) => code)]);
  return [...names].find((name) => !known.has(name.split(/[:.]/)[0] ?? ''));
}
