/** What a PACS tells of studies and series by QIDO-RS, as far as the rules ask. What it does not tell is left out. */
import { readDate, readTime, readZone } from '../dicom/date-time-values.ts';
import { type DicomJson, valuesOf } from '../dicomweb/dicom-json.ts';
import { withoutPadding } from '../uid.ts';

export interface ListedStudy {
  /** StudyInstanceUID. */
  readonly uid: string;
  readonly description?: string;
  /** Absent: it does not tell. */
  readonly modalities?: readonly string[];
  /** YYYYMMDD, of StudyDate. */
  readonly date?: string;
  /** HH, HHMM or HHMMSS with or without a fraction, of StudyTime. */
  readonly time?: string;
  /** Of these two, such as `+0100`. */
  readonly timezoneOffset?: string;
  /** NumberOfStudyRelatedInstances. */
  readonly images?: number;
}

export interface ListedSeries {
  readonly modality?: string;
  /** SeriesDescription and BodyPartExamined. */
  readonly texts: readonly string[];
  /** NumberOfSeriesRelatedInstances. */
  readonly images?: number;
}

/** Attributes of a series that a PACS need not tell unless it is asked to. */
export const askedOfSeries = ['0008103E', '00180015', '00201209'] as const;

export function readListedStudy(json: DicomJson): ListedStudy {
  const description = text(json, '00081030');
  // Some write one text of all.
  const modalities = texts(json, '00080061').flatMap((one) => one.split(/[\\,]/));
  return {
    uid: withoutPadding(text(json, '0020000D') ?? ''),
    ...(description === undefined ? {} : { description }),
    ...(modalities.length === 0 ? {} : { modalities: modalities.map((one) => one.trim()) }),
    ...given('date', readDate(text(json, '00080020'))),
    ...given('time', readTime(text(json, '00080030'))),
    ...given('timezoneOffset', readZone(text(json, '00080201'))),
    ...given('images', count(json, '00201208')),
  };
}

export function readListedSeries(json: DicomJson): ListedSeries {
  return {
    ...given('modality', text(json, '00080060')),
    texts: ['0008103E', '00180015'].flatMap((tag) => text(json, tag) ?? []),
    ...given('images', count(json, '00201209')),
  };
}

/** So long a description or a list of modalities may be: more than DICOM allows. */
const longest = 1024;

function texts(json: DicomJson, tag: string): string[] {
  const given = valuesOf(json, tag)
    .slice(0, 100)
    .map((one) => (typeof one === 'number' ? String(one) : one));
  return given.flatMap((one) =>
    typeof one === 'string' && one.trim() !== '' ? [one.slice(0, longest).trim()] : [],
  );
}

function text(json: DicomJson, tag: string): string | undefined {
  return texts(json, tag)[0];
}

function count(json: DicomJson, tag: string): number | undefined {
  const value = Number(text(json, tag) ?? Number.NaN);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: Value };
}
