import { readDate } from '../../dicom/date-time-values.ts';
import type { StudyQuery } from '../../dicomweb/list-studies.ts';
import { LobarError } from '../../errors.ts';
import { askedOfStudies, type WorklistStudy } from './worklist-study.ts';

/** Which studies a reader looks for; at least one of patient, accession number and date. */
export interface WorklistQuery {
  /** PatientID. */
  readonly patientId?: string;
  readonly accession?: string;
  /** YYYYMMDD, or two of them with a hyphen between. */
  readonly date?: string;
}

/** A list of all that were made in so many days is one that somebody reads; of more it is the archive. */
const mostDays = 31;

/**
 * What a PACS is asked for: CT alone.
 *
 * @throws LobarError `request-invalid` for a query of nothing, a day that there is not, and for more days than 31 of
 *   no patient and no accession number
 */
export function studyQuery({ patientId, accession, date }: WorklistQuery): StudyQuery {
  const { days } = datesOf(date);
  const isNamed = patientId !== undefined || accession !== undefined;
  if (!isNamed && date === undefined) {
    throw invalid('it needs patientId, accession or date: no list of a whole archive is given');
  }
  if (!isNamed && days > mostDays) {
    throw invalid(`body.date spans more than ${mostDays} days: name the patient or the accession number`);
  }
  return {
    modality: 'CT',
    include: askedOfStudies,
    ...(patientId === undefined ? {} : { patientId }),
    ...(accession === undefined ? {} : { accession }),
    ...(date === undefined ? {} : { dates: date }),
  };
}

/**
 * Whether a listed study is one that was asked for: a PACS may match without regard to case, by a part, or not at all.
 */
export function askedFor({ patientId, accession, date }: WorklistQuery): (study: WorklistStudy) => boolean {
  const patient = patientId?.trim();
  const number = accession?.trim();
  const { first, last } = datesOf(date);
  return (study) => {
    const { date: day = '', modalities } = study;
    return (
      (patient === undefined || study.patientId === patient) &&
      (number === undefined || study.accession === number) &&
      (date === undefined || (day >= first && day <= last)) &&
      (modalities.length === 0 || modalities.includes('CT'))
    );
  };
}

/**
 * The same in parts, each of older days than the one before: one day, two, four and so on. What is listed of a month
 * is thousands of studies, of which a reader is shown the newest few. What names a patient or an accession number is
 * one part.
 *
 * @throws LobarError `request-invalid` as `studyQuery`
 */
export function* newestFirst(query: WorklistQuery): Generator<WorklistQuery> {
  const { patientId, accession, date } = query;
  const { first, last } = datesOf(date);
  if (patientId !== undefined || accession !== undefined || first === last) {
    yield query;
    return;
  }
  const oldest = dayOf(first);
  let days = 1;
  for (let newest = dayOf(last); newest >= oldest; newest -= days * dayMs, days *= 2) {
    const from = textOf(Math.max(oldest, newest - (days - 1) * dayMs));
    const to = textOf(newest);
    yield { date: from === to ? to : `${from}-${to}` };
  }
}

const dayMs = 86_400_000;

function datesOf(date: string | undefined) {
  const [first = '', last = first] = date?.split('-') ?? [];
  if (date === undefined) return { first, last, days: 0 };
  const days = (dayOf(last) - dayOf(first)) / dayMs + 1;
  if (days >= 1) return { first, last, days };
  throw invalid('body.date is no day, or ends before it begins');
}

/** Milliseconds; not a number for a day that there is not. */
function dayOf(text: string): number {
  const date = readDate(text) ?? '';
  return Date.parse(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
}

function textOf(day: number): string {
  return new Date(day).toISOString().slice(0, 10).replaceAll('-', '');
}

function invalid(problem: string): LobarError {
  return new LobarError('request-invalid', { problem });
}
