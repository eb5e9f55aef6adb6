import type { InstanceHeader } from './instance-header.ts';

const perYear: Readonly<Record<string, number>> = { Y: 1, M: 12, W: 52.18, D: 365.25 };

/**
 * Age in years at the time of the study: PatientAge (AS, PS3.5 6.2), else from birth date and study date.
 * Undefined where neither is there.
 */
export function ageYears(header: InstanceHeader): number | undefined {
  const [, count, unit] = /^(\d{3})([DWMY])$/.exec(header.patient.age ?? '') ?? [];
  if (count !== undefined && unit !== undefined) return Number(count) / (perYear[unit] as number);

  const { birthDate } = header.patient;
  const day = header.studyDate ?? header.acquiredAt?.date;
  if (birthDate === undefined || day === undefined || day < birthDate) return undefined;
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return day.slice(4) < birthDate.slice(4) ? years - 1 : years;
}
