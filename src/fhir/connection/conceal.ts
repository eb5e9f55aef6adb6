/**
 * Takes what may identify a patient out of a text that another system wrote: the given values, UIDs, long
 * numbers and the ids of references. What is left says what is wrong, not with whom.
 */
export function conceal(text: string, values: readonly string[]): string {
  const known = [...new Set(values.flatMap((value) => [value, encodeURIComponent(value)]))]
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length);
  let concealed = text;
  for (const value of known) {
    concealed = concealed.replace(occurrences(value), hidden);
  }
  return concealed
    .replace(/\b[0-9]+(?:\.[0-9]+){3,}\b/g, hidden)
    .replace(/\b[0-9]{5,}\b/g, hidden)
    .replace(/\b([A-Z][A-Za-z]+)\/[A-Za-z0-9][A-Za-z0-9.-]*/g, `$1/${hidden}`);
}

const hidden = '[...]';

/** A short value is only taken out where it stands alone: an id "1" must not eat the digits of "R4 10". */
function occurrences(value: string): RegExp {
  const literal = value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return value.length < 4
    ? new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'giu')
    : new RegExp(literal, 'giu');
}

/** Every text inside a value: of a Patient's names, identifiers, addresses. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') {
    return value.length > 1 ? [value] : [];
  }
  return value !== null && typeof value === 'object' ? Object.values(value).flatMap(textsOf) : [];
}
