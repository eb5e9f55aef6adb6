/**
 * Dates and times as DICOM writes them (PS3.5 6.2), each checked for its range: what lies outside of it counts
 * as absent.
 */
import type { AcquisitionTime } from './instance-header.ts';

/** A DA, also in the form of ACR-NEMA (YYYY.MM.DD), as YYYYMMDD; undefined where it is no day of the calendar. */
export function readDate(text = ''): string | undefined {
  const [, year, month, day] = /^(\d{4})(?:\.?)(\d{2})(?:\.?)(\d{2})$/.exec(text) ?? [];
  if (year === undefined || year === '0000') return undefined;
  // Date carries 30 February over to March; the text then differs.
  const iso = `${year}-${month}-${day}`;
  const date = new Date(`${iso}T00:00:00Z`);
  const isDay = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
  return isDay ? `${year}${month}${day}` : undefined;
}

/**
 * A TM, also in the form of ACR-NEMA (HH:MM:SS), as HH, HHMM or HHMMSS, the last with or without a fraction.
 * Second 60 is a leap second.
 */
export function readTime(text = ''): string | undefined {
  const compact = text.replace(/^(\d{2}):(\d{2}):(\d{2})/, '$1$2$3');
  const [, hours, minutes = '00', seconds = '00'] =
    /^(\d{2})(?:(\d{2})(?:(\d{2})(?:\.\d{1,6})?)?)?$/.exec(compact) ?? [];
  return Number(hours) <= 23 && Number(minutes) <= 59 && Number(seconds) <= 60 ? compact : undefined;
}

/** A TimezoneOffsetFromUTC (PS3.3 C.12.1.1.8), or the end of a DT: -1200 to +1400. */
export function readZone(text = ''): string | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d{2})(\d{2})$/.exec(text) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  const isZone = Number(minutes) <= 59 && offset <= (sign === '+' ? 14 : 12) * 60;
  return isZone ? text : undefined;
}

/**
 * A DT: YYYYMMDDHHMMSS.FFFFFF&ZZXX, of which the time and the zone may be missing; `otherwise` is the zone then.
 * Where a zone is there but none that exists, nobody knows which was meant. Undefined where no day is named.
 */
export function readDateTime(text = '', otherwise?: string): AcquisitionTime | undefined {
  const [, day, clock, zone] = /^(\d{8})([\d.]*)([+-]\d+)?$/.exec(text) ?? [];
  const date = readDate(day);
  if (date === undefined) return undefined;
  const time = readTime(clock);
  const timezoneOffset = zone === undefined ? otherwise : readZone(zone);
  return {
    date,
    ...(time === undefined ? {} : { time }),
    ...(timezoneOffset === undefined ? {} : { timezoneOffset }),
  };
}
