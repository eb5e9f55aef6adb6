import type { ListedStudy } from './listed-study.ts';

export interface StudyStart {
  /** Epoch, ms: the latest that its date and time may mean. */
  readonly at: number;
  /** Its PACS does not tell the time zone: that of this process is assumed. */
  readonly zoneAssumed: boolean;
}

/**
 * When a study began, by StudyDate, StudyTime and TimezoneOffsetFromUTC. Where there is no time the end of the day
 * counts, so that nothing is taken for older than it may be. Undefined without a date.
 */
export function studyStart({
  date,
  time = '',
  timezoneOffset,
}: Pick<ListedStudy, 'date' | 'time' | 'timezoneOffset'>): StudyStart | undefined {
  if (date === undefined) return undefined;
  const [year, month, day] = [date.slice(0, 4), date.slice(4, 6), date.slice(6, 8)].map(Number);
  const [, hours = '23', minutes = '59', seconds = '59'] = /^(\d{2})(\d{2})?(\d{2})?/.exec(time) ?? [];
  const fields = [year ?? 0, (month ?? 1) - 1, day ?? 1, ...[hours, minutes, seconds].map(Number)] as const;
  const [, sign, zoneHours = '', zoneMinutes = ''] =
    /^([+-])(\d{2})(\d{2})$/.exec(timezoneOffset ?? '') ?? [];
  if (sign === undefined) return { at: localTime(fields), zoneAssumed: true };
  const offsetMs = (Number(zoneHours) * 60 + Number(zoneMinutes)) * 60_000;
  return { at: Date.UTC(...fields) + (sign === '+' ? -offsetMs : offsetMs), zoneAssumed: false };
}

type Fields = readonly [year: number, month: number, ...rest: number[]];

function localTime([year, month, ...rest]: Fields): number {
  return new Date(year, month, ...rest).getTime();
}

/** The zones of the earth lie 26 hours apart: whose day it is, is only known study by study. */
const zonesHours = 26;

/** A range of StudyDate (PS3.4 C.2.2.2.5) that holds every study which is not older than so many hours. */
export function datesWithin(hours: number, now: number): string {
  const from = new Date(now - (hours + zonesHours) * 3_600_000);
  const padded = [from.getMonth() + 1, from.getDate()].map((one) => String(one).padStart(2, '0'));
  return `${from.getFullYear()}${padded.join('')}-`;
}
