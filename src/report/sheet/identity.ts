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
  /** It is of a person: in full, or not at all. */
  readonly isName?: true;
  /** Of a name the other groups: ideographic, phonetic. */
  readonly others?: readonly string[];
}

/** Who and what was scanned. */
export function identityOf(
  { subject }: ReportContent,
  { fields, sexes, slices, localTime }: ReportTexts,
  formats: Formats,
): readonly Field[] {
  const [name = '', ...others] = personName(subject.patientName ?? '');
  const { patientBirthDate, patientSex = '', patientAge, studyDate, studyTime, timezoneOffset } = subject;
  const { sliceThicknessMm, convolutionKernel } = subject;
  const zone = timezoneOffset === undefined ? `(${localTime})` : formats.zone(timezoneOffset);
  const said = (value: string | undefined, say: (value: string) => string = readingText) =>
    value === undefined ? '' : readingText(say(value));
  const [z, y, x] = subject.spacingMm;
  const series = [
    subject.seriesNumber === undefined ? '' : `${subject.seriesNumber}`,
    said(subject.seriesDescription),
  ].filter((part) => part !== '');
  return [
    { label: fields.patient, value: name, isName: true, ...(others.length === 0 ? {} : { others }) },
    { label: fields.patientId, value: said(subject.patientId) },
    { label: fields.birthDate, value: said(patientBirthDate, formats.date) },
    {
      label: `${fields.sex} · ${fields.age}`,
      value: together(
        said(sexes[patientSex as keyof typeof sexes] ?? patientSex),
        said(patientAge, formats.age),
      ),
    },
    { label: fields.study, value: said(subject.studyDescription) },
    { label: fields.accession, value: said(subject.accession) },
    { label: fields.studyDate, value: said(studyDate, (date) => formats.dateTime(date, studyTime, zone)) },
    {
      label: `${fields.slices} · ${fields.spacing}`,
      value: `${formats.count(slices, subject.slices)} · ${spacingText([x, y, z], formats)}`,
    },
    {
      label: `${fields.series} · ${fields.sliceThickness} · ${fields.kernel}`,
      value: together(
        series.join(' · '),
        sliceThicknessMm === undefined ? '' : spacingText([sliceThicknessMm], formats),
        said(convolutionKernel),
      ),
    },
  ];
}

/** The values of one field, and a dash for those that are not known; empty where none is. */
function together(...values: readonly string[]): string {
  return values.every((value) => value === '') ? '' : values.map((value) => value || '–').join(' · ');
}

/** Across, down and from slice to slice: '0.78 × 0.78 × 1 mm', with its unit on one line. */
function spacingText(spacingMm: readonly number[], { spacing }: Formats): string {
  return `${spacingMm.map((one) => spacing(one)).join(' × ')}\u00a0mm`;
}

/** What tells this very result from any other. */
export function originOf({ subject, runKey }: ReportContent, { fields }: ReportTexts): readonly Field[] {
  return [
    { label: fields.studyUid, value: readingText(subject.studyUid) },
    { label: fields.seriesUid, value: readingText(subject.seriesUid) },
    { label: fields.resultKey, value: runKey },
  ];
}
