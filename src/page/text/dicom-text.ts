import { personName } from '../../report/person-name.ts';

/** Values as DICOM writes them, as a reader reads them (PS3.5 6.2). */

/** A person name as the report has it, of its component groups the first that says something. */
export function nameText(value: string | undefined): string | undefined {
  return personName(value ?? '')[0];
}

/** YYYYMMDD as YYYY-MM-DD; what is not one, as it is. */
export function dateText(value: string | undefined): string | undefined {
  return value?.trim().replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3') || undefined;
}

/** HHMMSS.FFF as HH:MM. */
export function timeText(value: string | undefined): string | undefined {
  return value?.trim().replace(/^(\d{2})(\d{2}).*$/, '$1:$2') || undefined;
}

/** A date of the browser as YYYYMMDD. */
export function dicomDate(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(date.getFullYear()).padStart(4, '0')}${two(date.getMonth() + 1)}${two(date.getDate())}`;
}

/** The value of an input of type date as YYYYMMDD. */
export function dicomDateOfInput(value: string): string {
  return value.replaceAll('-', '');
}

/**
 * The days of a search for QIDO-RS (PS3.4 C.2.2.2.5.1), YYYYMMDD each: a range ends today where it has no end, and is one
 * day where it has no beginning. Empty without either.
 */
export function dateRange(from: string, to: string, today: string): string {
  const [first, last] = [from || to, to || (from && today)];
  return first === last ? first : `${first}-${last}`;
}
