import type { DicomJsonAttribute } from '../../dicomweb/dicom-json.ts';

/**
 * Whether an attribute matches the value of a query (PS3.4 C.2.2.2): single value, list of UIDs, wildcard,
 * range of dates and times; an empty query matches all. Names match without regard to case.
 */
export function matchAttribute(attribute: DicomJsonAttribute | undefined, query: string): boolean {
  if (query === '' || query === '*') return true;
  const values = (attribute?.Value ?? []).map(asText);
  const vr = attribute?.vr ?? '';
  if (vr === 'UI') {
    const uids = query.split(/[,\\]/);
    return values.some((value) => uids.includes(value));
  }
  if ((vr === 'DA' || vr === 'TM' || vr === 'DT') && query.includes('-')) {
    return values.some((value) => inRange(value, query));
  }
  if (vr === 'IS' || vr === 'DS') return values.some((value) => Number(value) === Number(query));
  const pattern = wildcard(query, vr === 'PN');
  return values.some((value) => pattern.test(value));
}

function asText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'Alphabetic' in value) return String(value.Alphabetic);
  return String(value ?? '');
}

/** `from-to`, `from-` or `-to`, both inclusive (PS3.4 C.2.2.2.5); a shorter end takes in all it begins. */
function inRange(value: string, query: string): boolean {
  const dash = query.indexOf('-');
  const [from, to] = [query.slice(0, dash), query.slice(dash + 1)];
  return value >= from && (to === '' || value.slice(0, to.length) <= to);
}

/** `*` any text, `?` any one character; compared greedily without a RegExp that a query could make slow. */
function wildcard(query: string, ignoreCase: boolean): { test(value: string): boolean } {
  const fold = (text: string) => (ignoreCase ? text.toLowerCase() : text);
  const pattern = fold(query);
  return { test: (value) => matches(pattern, fold(value)) };
}

function matches(pattern: string, text: string): boolean {
  let [at, star, resume] = [0, -1, 0];
  let position = 0;
  while (position < text.length) {
    if (pattern[at] === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[position])) {
      at += 1;
      position += 1;
    } else if (star >= 0) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else {
      return false;
    }
  }
  return /^\**$/.test(pattern.slice(at));
}
