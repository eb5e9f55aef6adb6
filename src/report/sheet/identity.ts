import type { Formats } from '../formats.ts';
import { personName } from '../person-name.ts';
import { readingText } from '../reading-text.ts';
import type { ReportContent } from '../report-content.ts';
import type { ReportTexts } from '../texts.ts';

/** Something with its name. */
export interface Field {
  readonly label: string;
  /** Empty where it is not known. */
  readonly value: string;
  /** Of a name the other groups: ideographic, phonetic. */
  readonly others?: readonly string[];
}

/** Who and what was scanned. */
export function identityOf(
  { subject }: ReportContent,
  { fields, sexes, slices }: ReportTexts,
  formats: Formats,
): readonly Field[] {
  const [name = '', ...others] = personName(subject.patientName ?? '');
  const { patientBirthDate, patientSex = '', patientAge, studyDate } = subject;
  const said = (value: string | undefined, say: (value: string) => string = readingText) =>
    value === undefined ? '' : readingText(say(value));
  const [z, y, x] = subject.spacingMm;
  const series = [
    subject.seriesNumber === undefined ? '' : `${subject.seriesNumber}`,
    said(subject.seriesDescription),
  ];
  return [
    { label: fields.patient, value: name, ...(others.length === 0 ? {} : { others }) },
    { label: fields.patientId, value: said(subject.patientId) },
    { label: fields.birthDate, value: said(patientBirthDate, formats.date) },
    {
      label: `${fields.sex} · ${fields.age}`,
      value: [said(sexes[patientSex as keyof typeof sexes] ?? patientSex), said(patientAge, formats.age)]
        .filter((part) => part !== '')
        .join(' · '),
    },
    { label: fields.study, value: said(subject.studyDescription) },
    { label: fields.accession, value: said(subject.accession) },
    { label: fields.studyDate, value: said(studyDate, (date) => formats.dateTime(date, subject.studyTime)) },
    {
      label: `${fields.slices} · ${fields.spacing}`,
      value: `${formats.count(slices, subject.slices)} · ${spacingText([x, y, z], formats)}`,
    },
    { label: fields.series, value: series.filter((part) => part !== '').join(' · ') },
  ];
}

/** Across, down and from slice to slice: '0.78 × 0.78 × 1 mm'. */
function spacingText(spacingMm: readonly number[], { spacing }: Formats): string {
  return `${spacingMm.map((one) => spacing(one)).join(' × ')} mm`;
}

/** What tells this very result from any other. */
export function originOf({ subject, runKey }: ReportContent, { fields }: ReportTexts): readonly Field[] {
  return [
    { label: fields.studyUid, value: readingText(subject.studyUid) },
    { label: fields.seriesUid, value: readingText(subject.seriesUid) },
    { label: fields.resultKey, value: runKey },
  ];
}
