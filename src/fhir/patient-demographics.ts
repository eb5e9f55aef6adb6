import type { ReportFacts } from './report-facts.ts';

/** `unknown` where one side says nothing that can be compared. */
export type Comparison = 'same' | 'differs' | 'unknown';

/** What the DICOM header says of its patient against what the EHR says. */
export interface Demographics {
  readonly birthDate: Comparison;
  /** Both sides say the day, and it is the same one. */
  readonly sameBirthDay: boolean;
  readonly sex: Comparison;
}

/**
 * Compares only what both sides say. A FHIR birthDate may be a year or a month (R4 `date`): then that part is
 * compared. Of the sex, M and F against male and female: O, other and unknown say nothing.
 */
export function compareDemographics(
  { patientBirthDate, patientSex }: ReportFacts['study'],
  { birthDate, gender }: Pick<fhir4.Patient, 'birthDate' | 'gender'>,
): Demographics {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(patientBirthDate ?? '') ?? [];
  const ours = year === undefined ? undefined : `${year}-${month}-${day}`;
  const theirs = /^\d{4}(-\d{2}(-\d{2})?)?$/.test(String(birthDate)) ? birthDate : undefined;
  const sexes: Readonly<Record<string, string>> = { M: 'male', F: 'female' };
  const sex = Object.hasOwn(sexes, patientSex ?? '') ? sexes[patientSex ?? ''] : undefined;
  const known = gender === 'male' || gender === 'female' ? gender : undefined;
  return {
    birthDate: comparison(ours, theirs, (a, b) => a.startsWith(b)),
    sameBirthDay: ours !== undefined && ours === theirs,
    sex: comparison(sex, known, (a, b) => a === b),
  };
}

/** Which of them differ, in words without any value; undefined where none does. */
export function differences({ birthDate, sex }: Demographics): string | undefined {
  const which = [...(birthDate === 'differs' ? ['birth date'] : []), ...(sex === 'differs' ? ['sex'] : [])];
  return which.length === 0 ? undefined : which.join(' and ');
}

function comparison(
  ours: string | undefined,
  theirs: string | undefined,
  agree: (ours: string, theirs: string) => boolean,
): Comparison {
  if (ours === undefined || theirs === undefined) return 'unknown';
  return agree(ours, theirs) ? 'same' : 'differs';
}
