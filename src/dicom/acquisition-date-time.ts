import type { AcquisitionTime } from './instance-header.ts';

/**
 * The acquisition time as a FHIR R4 dateTime. FHIR wants a zone beside a time and seconds in it, so without
 * them the date stands alone: nothing is guessed.
 */
export function acquisitionDateTime(acquired: AcquisitionTime | undefined): string | undefined {
  if (acquired === undefined) return undefined;
  const day = acquired.date.replace(/^(....)(..)(..)$/, '$1-$2-$3');
  const time = /^(\d{2})(\d{2})(\d{2})/.exec(acquired.time ?? '');
  const zone = /^([+-]\d{2})(\d{2})$/.exec(acquired.timezoneOffset ?? '');
  if (time === null || zone === null) return day;
  const [, hours, minutes, seconds = ''] = time;
  // FHIR has the leap second too, but an EHR whose dates do not would reject the whole report for it.
  const existing = seconds === '60' ? '59' : seconds;
  return `${day}T${hours}:${minutes}:${existing}${zone[1]}:${zone[2]}`;
}
