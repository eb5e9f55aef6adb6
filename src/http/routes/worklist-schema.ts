/** What the routes of the worklist take and answer, as JSON Schema for the checks and the OpenAPI document. */
import { type Static, Type } from '@sinclair/typebox';
import { InspectedStudySchema } from '../../analysis/worklist/inspect-listed.ts';
import { WorklistStudySchema } from '../../analysis/worklist/worklist-study.ts';
import { languages } from '../../config-schema.ts';
import { json } from '../negotiate.ts';
import { errorsOf } from '../openapi/answered-errors.ts';

/** Exactly one value: no wildcard, list or control character, and not blank (PS3.4 C.2.2.2, PS3.5 6.2). */
const exactly = (description: string) => {
  const allowed = '\\u0000-\\u001f\\u007f*?\\\\';
  return Type.Optional(
    Type.String({ maxLength: 64, pattern: `^[^${allowed}]*[^${allowed}\\s][^${allowed}]*$`, description }),
  );
};
const pacs = Type.Optional(
  Type.String({
    pattern: '^[a-z0-9-]+$',
    description: 'PACS, by its name in the configuration; the first one by default',
  }),
);

export const WorklistSearchSchema = Type.Object(
  {
    patientId: exactly('PatientID, exactly'),
    accession: exactly('AccessionNumber, exactly'),
    date: Type.Optional(
      Type.String({
        pattern: '^[0-9]{8}(-[0-9]{8})?$',
        description:
          'StudyDate, YYYYMMDD, or the first and the last day with a hyphen between: 31 days at most where neither patient nor accession number is named',
        examples: ['20261124', '20261101-20261130'],
      }),
    ),
    pacs,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 200,
        default: 50,
        description: 'How many are answered at most; `more` says whether there are others',
      }),
    ),
  },
  {
    $id: 'StudySearch',
    additionalProperties: false,
    description: 'Which studies to look for; one of `patientId`, `accession` and `date` is needed',
    examples: [{ date: '20261101-20261130' }],
  },
);
export type WorklistSearch = Static<typeof WorklistSearchSchema>;

export const InspectionQuerySchema = Type.Object({ pacs }, { additionalProperties: false });
export const InspectionParametersSchema = Type.Object({
  study: Type.String({
    pattern: '^[0-9]+(\\.[0-9]+)*$',
    maxLength: 64,
    description: 'StudyInstanceUID',
    examples: ['2.25.1234567890'],
  }),
});

const answer = (description: string, schema: object) => ({
  200: { description, content: { [json]: { schema } } },
});
const tags = ['worklist'];

export const worklistSchema = {
  operationId: 'searchStudies',
  tags,
  summary: 'CT studies of a PACS, newest first',
  description:
    'Asks the PACS by QIDO-RS. One of `patientId`, `accession` and `date` is needed; several hold together. They stand in the body, as addresses are logged on the way. The answer names patients: it is not to be stored, and the query is recorded in the audit.',
  'x-lobar': { errors: errorsOf.worklist },
  body: Type.Ref(WorklistSearchSchema.$id ?? ''),
  querystring: Type.Object({}, { additionalProperties: false }),
  response: answer(
    'The studies',
    Type.Object({
      studies: Type.Array(WorklistStudySchema),
      more: Type.Boolean({ description: 'There are more than those: ask more narrowly' }),
    }),
  ),
};

export const inspectionSchema = {
  operationId: 'inspectStudy',
  tags,
  summary: 'Whether a study may be analysed',
  description:
    'By the headers of its images, as the PACS tells them: no pixel is fetched, no model runs. An analysis may still find the study ineligible, by what only its pixels show. That it was looked is recorded in the audit.',
  'x-lobar': { errors: errorsOf.inspection },
  params: InspectionParametersSchema,
  querystring: InspectionQuerySchema,
  response: answer('What an analysis would make of it', InspectedStudySchema),
};

export const endpointsSchema = {
  operationId: 'listEndpoints',
  tags,
  summary: 'What a request may name',
  description: 'The names of PACS and EHRs in the configuration, the default first, and the languages.',
  'x-lobar': { errors: errorsOf.protectedReading },
  querystring: Type.Object({}, { additionalProperties: false }),
  response: answer(
    'Names',
    Type.Object({
      pacs: Type.Array(Type.String({ examples: ['main'] })),
      ehr: Type.Array(Type.String({ examples: ['main'] })),
      languages: Type.Array(Type.String({ examples: [languages[0]] }), {
        description: 'Of the report (BCP 47)',
      }),
      language: Type.String({ examples: [languages[0]], description: 'The one by default' }),
    }),
  ),
};
