import type { Plural } from './texts.ts';

/** How numbers, dates and counts are written in one language. Nothing depends on where the process runs. */
export interface Formats {
  readonly whole: (value: number) => string;
  /** 0.87 is 0.870; nothing is quite 0 or 1: below 0.001 it is < 0.001, above 0.999 it is > 0.999. */
  readonly probability: (value: number) => string;
  /** Of hundred: 34.4 is 34.4 %, as the language writes it. */
  readonly percent: (value: number) => string;
  /** To a tenth. */
  readonly mm: (value: number) => string;
  /** To a hundredth, without its unit. */
  readonly spacing: (value: number) => string;
  readonly count: (forms: Plural, count: number) => string;
  /** YYYYMMDD or a FHIR date or dateTime, of which only the date is said; what is no date is said as it is. */
  readonly date: (value: string) => string;
  /** Of DICOM: YYYYMMDD, and a time from HH to HHMMSS.FFFFFF, as on the scanner's clock; `zone` follows a time. */
  readonly dateTime: (date: string, time: string | undefined, zone?: string) => string;
  /** FHIR instant, with its zone; `offset` from UTC as DICOM writes it: +0100. */
  readonly instant: (value: string, offset?: string) => string;
  /** +0100 is UTC+01:00. */
  readonly zone: (offset: string) => string;
  /** nnnD, nnnW, nnnM or nnnY (AS, PS3.5 6.2). */
  readonly age: (value: string) => string;
}

const [least, most] = [0.001, 0.999];
const units = { D: 'day', W: 'week', M: 'month', Y: 'year' } as const;

/** @param locale BCP 47 */
export function formatsOf(locale: string): Formats {
  const fixed = (digits: number, options: Intl.NumberFormatOptions = {}) =>
    new Intl.NumberFormat(locale, {
      ...options,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  const dates = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });

  const whole = fixed(0);
  const probability = fixed(3);
  const percent = fixed(1, { style: 'percent' });
  const mm = new Intl.NumberFormat(locale, { style: 'unit', unit: 'millimeter', maximumFractionDigits: 1 });
  const spacing = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const plural = new Intl.PluralRules(locale);
  const day = dates({ dateStyle: 'medium' });
  const month = dates({ year: 'numeric', month: 'short' });
  const minute = dates({ dateStyle: 'medium', timeStyle: 'short' });

  const date = (value: string): string => {
    const [, year, ofYear, ofMonth] = /^(\d{4})-?(\d\d)?-?(\d\d)?(?:T|$)/.exec(value) ?? [];
    if (year === undefined || ofYear === undefined) return value;
    const at = timeOf(`${year}-${ofYear}-${ofMonth ?? '01'}`, '00:00');
    if (at === undefined) return value;
    return (ofMonth === undefined ? month : day).format(at);
  };

  const zone = (offset: string): string => {
    const { sign, hours, minutes } = partsOf(offset);
    return minutesOf(offset) === 0 ? 'UTC' : `UTC${sign}${hours}:${minutes}`;
  };

  return {
    whole: (value) => whole.format(value),
    probability(value) {
      if (value < least) return `<\u00a0${probability.format(least)}`;
      return value > most ? `>\u00a0${probability.format(most)}` : probability.format(value);
    },
    percent: (value) => percent.format(value / 100),
    // A coordinate of -0.04 mm is 0.
    mm: (value) => mm.format(Math.round(value * 10) / 10 + 0).replace('-', '\u2212'),
    spacing: (value) => spacing.format(value),
    count: (forms, count) => (forms[plural.select(count)] ?? forms.other).replace('{n}', whole.format(count)),
    date,
    dateTime(given, time, ofZone = '') {
      const [, hour, ofHour] = /^(\d\d)(\d\d)/.exec(time ?? '') ?? [];
      const [, year, ofYear, ofMonth] = /^(\d{4})(\d\d)(\d\d)$/.exec(given) ?? [];
      const at = timeOf(`${year}-${ofYear}-${ofMonth}`, `${hour}:${ofHour}`);
      return at === undefined ? date(given) : `${minute.format(at)} ${ofZone}`.trim();
    },
    instant: (value, offset = '+0000') =>
      `${minute.format(Date.parse(value) + 60_000 * minutesOf(offset))} ${zone(offset)}`,
    zone,
    age(value) {
      const [, count, unit] = /^(\d{3})([DWMY])$/.exec(value) ?? [];
      if (count === undefined || unit === undefined) return value;
      const options = { style: 'unit', unitDisplay: 'long' } as const;
      return new Intl.NumberFormat(locale, { ...options, unit: units[unit as keyof typeof units] }).format(
        Number(count),
      );
    },
  };
}

function partsOf(offset: string) {
  const [, sign = '+', hours = '00', minutes = '00'] = /^([+-])(\d\d)(\d\d)$/.exec(offset) ?? [];
  return { sign, hours, minutes };
}

function minutesOf(offset: string): number {
  const { sign, hours, minutes } = partsOf(offset);
  return Number(`${sign}1`) * (60 * Number(hours) + Number(minutes));
}

/** @returns undefined for what is no day or no time; a Date alone would make the 3rd of March of the 31st of February */
function timeOf(day: string, time: string): Date | undefined {
  const at = new Date(`${day}T${time}:00Z`);
  if (Number.isNaN(at.getTime())) return undefined;
  return at.toISOString().startsWith(`${day}T${time}`) ? at : undefined;
}
