import { type Static, Type } from '@sinclair/typebox';
import { readDate, readTime } from '../../dicom/date-time-values.ts';
import { type DicomJson, valuesOf } from '../../dicomweb/dicom-json.ts';
import { withoutPadding } from '../../uid.ts';

const text = (description: string) => Type.Optional(Type.String({ description }));
const count = (description: string) => Type.Optional(Type.Integer({ minimum: 0, description }));

/** A study as a PACS lists it; it names the patient. */
export const WorklistStudySchema = Type.Object(
  {
    uid: Type.String({ description: 'StudyInstanceUID', examples: ['2.25.1234567890'] }),
    patientName: text('As DICOM writes it, its components divided by ^'),
    patientId: text('PatientID'),
    patientBirthDate: text('YYYYMMDD'),
    patientSex: text('M, F or O'),
    accession: text('AccessionNumber'),
    date: text('StudyDate, YYYYMMDD'),
    time: text('StudyTime: HH, HHMM or HHMMSS, with or without a fraction'),
    description: text('StudyDescription'),
    modalities: Type.Array(Type.String(), {
      description: 'Of its series; none where the PACS does not tell',
    }),
    series: count('How many it has'),
    images: count('How many it has'),
  },
  { description: 'A study; what the PACS does not tell is absent' },
);
export type WorklistStudy = Static<typeof WorklistStudySchema>;

/** What a PACS need not tell of a study unless it is asked to: name, birth date and sex, and the count of series. */
export const askedOfStudies = ['00100010', '00100020', '00100030', '00100040', '00201206'] as const;

/** So long a value may be: more than DICOM allows. */
const longest = 1024;

/** What a PACS tells of a study by QIDO-RS (PS3.18 table 10.6.3-3); values of another type are left out. */
export function readWorklistStudy(json: DicomJson): WorklistStudy {
  const texts = (tag: string) => textsOf(valuesOf(json, tag));
  const first = (tag: string) => texts(tag)[0];
  return {
    uid: withoutPadding(first('0020000D') ?? ''),
    ...given('patientName', textsOf(valuesOf(json, '00100010').map(alphabetic))[0]),
    ...given('patientId', first('00100020')),
    ...given('patientBirthDate', readDate(first('00100030'))),
    ...given('patientSex', first('00100040')),
    ...given('accession', first('00080050')),
    ...given('date', readDate(first('00080020'))),
    ...given('time', readTime(first('00080030'))),
    ...given('description', first('00081030')),
    // Some write one text of all.
    modalities: texts('00080061').flatMap((one) => one.split(/[\\,]/).map((modality) => modality.trim())),
    ...given('series', countOf(first('00201206'))),
    ...given('images', countOf(first('00201208'))),
  };
}

/** Of a name in the DICOM JSON model (PS3.18 F.2.2): the groups in other scripts are left out. */
function alphabetic(name: unknown): unknown {
  return typeof name === 'object' && name !== null && 'Alphabetic' in name ? name.Alphabetic : name;
}

function textsOf(values: readonly unknown[]): string[] {
  return values.slice(0, 100).flatMap((one) => {
    const value = typeof one === 'number' ? String(one) : one;
    return typeof value === 'string' && value.trim() !== '' ? [value.slice(0, longest).trim()] : [];
  });
}

function countOf(value = ''): number | undefined {
  return /^\d{1,9}$/.test(value) ? Number(value) : undefined;
}

function given<Name extends string, Value>(name: Name, value: Value | undefined) {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in Name]?: Value };
}
