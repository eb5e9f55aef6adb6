import type { DicomElement, NumberVr } from './dicom-elements.ts';
import { decimalText, integerText } from './number-text.ts';
import { plainText } from './plain-text.ts';
import { type Keyword, writtenAttributes } from './written-attributes.ts';

type OneOrMore<T> = T | readonly T[];
type ValueOf<V> = V extends 'SQ'
  ? readonly Dataset[]
  : V extends NumberVr | 'DS' | 'IS'
    ? OneOrMore<number>
    : V extends 'OB' | 'OW'
      ? Uint8Array
      : OneOrMore<string>;

/**
 * A data set by keywords (PS3.6). What is undefined is left out; an empty text or list is an element without a value
 * (type 2).
 */
export type Dataset = {
  readonly [K in Keyword]?: ValueOf<(typeof writtenAttributes)[K][1]> | undefined;
};

/**
 * What says whose images these are. It is repeated as the images have it, valid or not, never cut and never cleaned: an
 * archive that is given another name or accession number than it holds corrects, splits or quarantines the study.
 */
const repeated: ReadonlySet<Keyword> = new Set([
  'PatientName',
  'PatientID',
  'IssuerOfPatientID',
  'PatientBirthDate',
  'PatientSex',
  'StudyID',
  'StudyDate',
  'StudyTime',
  'StudyDescription',
  'AccessionNumber',
  'ReferringPhysicianName',
]);

/** The elements of a data set: numbers as decimal texts where they are written so, texts as their VR allows them, but for what is repeated. */
export function elementsOf(dataset: Dataset): DicomElement[] {
  const elements: DicomElement[] = [];
  for (const keyword in dataset) {
    const value = dataset[keyword as Keyword];
    if (value !== undefined) elements.push(elementOf(keyword as Keyword, value));
  }
  return elements;
}

function elementOf(keyword: Keyword, value: NonNullable<Dataset[Keyword]>): DicomElement {
  const [tag, vr] = writtenAttributes[keyword];
  if (vr === 'SQ') return { tag, vr, value: (value as readonly Dataset[]).map(elementsOf) };
  if (value instanceof Uint8Array) return { tag, vr, value };
  const values = [value].flat() as readonly (string | number)[];
  if (vr === 'DS') return { tag, vr, value: values.map(Number).map(decimalText) };
  if (vr === 'IS') return { tag, vr, value: values.map(Number).map(integerText) };
  if (vr === 'US' || vr === 'UL' || vr === 'AT') return { tag, vr, value: values.map(Number) };
  const written = repeated.has(keyword) ? String : (text: string | number) => plainText(vr, String(text));
  return { tag, vr, value: values.map(written) };
}
