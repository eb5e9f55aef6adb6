/**
 * Takes what may identify a patient out of a text that another system wrote: the given values, the ids of
 * references, UIDs, dates, long numbers and phone numbers. What is left says what is wrong, not with whom; names
 * that nobody has given may still be in it, so it is for the caller and no log.
 */
export function conceal(text: string, values: readonly string[]): string {
  const known = [...new Set(values.flatMap((value) => [value, encodeURIComponent(value)]))]
    .filter((value) => value !== '')
    .sort((a, b) => b.length - a.length);
  let concealed = text;
  for (const value of known) {
    concealed = concealed.replace(occurrences(value), hidden);
  }
  concealed = concealed
    .replace(/\b([A-Z][A-Za-z]+)\/[A-Za-z0-9][A-Za-z0-9.-]*/g, `$1/${hidden}`)
    .replace(/\b[0-9]+(?:\.[0-9]+){3,}\b/g, (number) => (isSection(number) ? number : hidden));
  for (const date of dates) {
    concealed = concealed.replace(date, hidden);
  }
  return concealed
    .replace(/(?<![\p{L}\p{N}])[\p{L}\p{N}]*[0-9]{5,}[\p{L}\p{N}]*/gu, hidden)
    .replace(groupsOfDigits, (groups) =>
      isSection(groups) || groups.replace(/[^0-9]/g, '').length < 6 ? groups : hidden,
    );
}

const month =
  '(?:jan|feb|fév|mar|mär|apr|avr|abr|may|mai|jun|juin|jul|juil|aug|août|ago|sep|oct|okt|nov|dec|dez|déc|dic|ene)\\p{L}*';
const day = '[0-9]{1,2}(?:st|nd|rd|th)?';
const gap = '[\\s.,/-]{1,3}';
/** Dates as they are commonly written; none of R4's version, 4.0.1. */
const dates: readonly RegExp[] = [
  // 1969-05-12T10:00, 1969/5/12, 1969-05
  /(?<![\p{L}\p{N}.])(?:18|19|20)[0-9]{2}(?:([-./])[0-9]{1,2}\1[0-9]{1,2}(?:T[0-9:.+Z-]*)?|-[0-9]{2})(?![0-9])/gu,
  // 12/05/1969, 05/12/69, 12-05-1969
  /(?<![\p{L}\p{N}.])[0-9]{1,2}([-/])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9])/gu,
  // 12.05.1969, 12.05.69, 1.5.69
  /(?<![\p{L}\p{N}.])(?:[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4}|[4-9][0-9])|[0-9]{2}\.[0-9]{1,2}\.[0-9]{2})(?![0-9]|\.[0-9])/gu,
  // 12 May 1969, 12-MAY-69, May 12, 1969, 1969 May 12
  new RegExp(`(?<![\\p{L}\\p{N}])${day}${gap}${month}${gap}[0-9]{2,4}(?![0-9])`, 'giu'),
  new RegExp(`(?<![\\p{L}\\p{N}])${month}${gap}${day}${gap}[0-9]{2,4}(?![0-9])`, 'giu'),
  new RegExp(`(?<![\\p{L}\\p{N}])[0-9]{4}${gap}${month}${gap}${day}(?![0-9])`, 'giu'),
];

/** `+1 (555) 123-4567`, `555 12 34`; not what follows "HTTP". */
const groupsOfDigits = /(?<![\p{L}\p{N}.])(?<!HTTP )[+(]{0,3}[0-9]+(?:[\s()/.-]{1,3}[0-9]+)+/gu;

/** Of the R4 specification, 3.1.0.11: no UID begins so (ITU-T X.660: 0, 1 or 2). */
function isSection(number: string): boolean {
  return /^[3-9](?:\.[0-9]{1,2}){2,4}$/.test(number);
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
