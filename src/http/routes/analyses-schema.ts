/** What POST /v1/analyses takes and answers, as JSON Schema for the checks and the OpenAPI document. */
import { type Static, Type } from '@sinclair/typebox';
import { AnalysisSchema } from '../../analysis/analysis.ts';
import { ProblemSchema } from '../problem.ts';

const name = (description: string) => Type.Optional(Type.String({ pattern: '^[a-z0-9-]+$', description }));
const uid = (description: string) =>
  Type.String({ pattern: '^[0-9]+(\\.[0-9]+)*$', maxLength: 64, description, examples: ['2.25.1234567890'] });

const options = {
  series: Type.Optional(uid('SeriesInstanceUID; left out, Lobar chooses the best eligible series')),
  ehr: name('EHR, by its name in the configuration; the first one by default'),
  accession: Type.Optional(
    Type.String({
      maxLength: 64,
      // No control characters: DICOM (PS3.5 6.2, SH) and FHIR forbid them.
      pattern: '^[^\\u0000-\\u001f\\u007f]*$',
      description: 'Overrules AccessionNumber of the images',
    }),
  ),
};

export const RequestSchema = Type.Object(
  {
    study: uid('StudyInstanceUID'),
    pacs: name('PACS, by its name in the configuration; the first one by default'),
    ...options,
    publish: Type.Optional(
      Type.Unsafe<boolean | 'dry-run'>({
        enum: [true, false, 'dry-run'],
        default: true,
        description:
          'true: write to the EHR. false: findings only. "dry-run": build the Bundle against the EHR, write nothing',
      }),
    ),
  },
  { additionalProperties: false, examples: [{ study: '2.25.1234567890', publish: 'dry-run' }] },
);

export const UploadQuerySchema = Type.Object(
  {
    ...options,
    publish: Type.Optional(
      Type.Unsafe<'true' | 'false' | 'dry-run'>({
        type: 'string',
        enum: ['true', 'false', 'dry-run'],
        description: 'As in the JSON body',
      }),
    ),
  },
  {
    additionalProperties: false,
    description: 'For an upload; with a JSON body the same names stand in the body',
  },
);

export type AnalysisRequest = Static<typeof RequestSchema>;
export type UploadQuery = Static<typeof UploadQuerySchema>;

const problem = (description: string) => ({
  description,
  content: {
    'application/problem+json': { schema: Type.Ref(ProblemSchema.$id ?? '') },
    'application/fhir+json': {
      schema: { type: 'object', description: 'OperationOutcome', additionalProperties: true },
    },
  },
});

export const analysesSchema = {
  tags: ['analyses'],
  summary: 'Analyse a chest CT and publish the findings',
  description:
    'Fetches the study from the PACS (or takes the uploaded instances), chooses the best eligible series, runs the pipeline and publishes to the EHR. Sending it again is harmless: the same result is written once.',
  body: {
    content: {
      'application/json': { schema: RequestSchema },
      'multipart/related': {
        schema: {
          description:
            'DICOM Part 10 instances of one study, as STOW-RS sends them (type="application/dicom")',
        },
      },
    },
  },
  querystring: UploadQuerySchema,
  response: {
    200: {
      description: 'The Analysis; by Accept the FHIR Bundle, or progress events that end with the Analysis',
      content: {
        'application/json': { schema: Type.Ref(AnalysisSchema.$id ?? '') },
        'application/fhir+json': {
          schema: {
            type: 'object',
            description: 'Bundle, or OperationOutcome for an ineligible study',
            additionalProperties: true,
          },
        },
        'text/event-stream': {
          schema: {
            type: 'string',
            description: 'Events: progress {stage, fraction}, then analysis (the Analysis) or problem',
          },
        },
      },
    },
    400: problem('Malformed request, or an endpoint that is not configured'),
    404: problem('No such study or series in the PACS'),
    406: problem('Accept names nothing that is offered'),
    408: problem('Nothing of the upload arrived for a while'),
    409: problem('The report was finalised by a human'),
    413: problem('Over a limit, which is named'),
    415: problem('Content-Type is neither application/json nor multipart/related'),
    422: problem(
      'The images, the patient or the order cannot be used, or an identifier system is not configured',
    ),
    500: problem('Inference or Lobar itself failed'),
    502: problem('The PACS, the EHR or the audit repository failed'),
    503: {
      ...problem('All places are taken, the process drains, or PACS or EHR are left alone for now'),
      headers: { 'retry-after': { type: 'integer', description: 'Seconds' } },
    },
    504: problem('The PACS, the EHR or the whole analysis took too long'),
  },
};
