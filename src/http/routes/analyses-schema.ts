/** What POST /v1/analyses takes and answers, as JSON Schema for the checks and the OpenAPI document. */
import { type Static, Type } from '@sinclair/typebox';
import { AnalysisSchema, oneOf } from '../../analysis/analysis.ts';
import { documentKinds } from '../../analysis/reporting/report-document.ts';
import { languages } from '../../config-schema.ts';
import { JobSchema } from '../jobs/job-document.ts';
import { eventStream, fhirJson } from '../negotiate.ts';
import { errorsOf } from '../openapi/answered-errors.ts';
import type { OperationNotes } from '../openapi/operation-notes.ts';
import { bundleOrOutcome } from '../openapi/schemas.ts';
import { queuedAnalysisHeaders } from '../openapi/shared-parameters.ts';
import { eventTranscript, uploadExample } from './analyses-examples.ts';

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
  language: Type.Optional(
    oneOf(languages, 'Of the report, published or answered; report.language of the configuration by default'),
  ),
};
const kind = `(${documentKinds.join('|')})`;

export const RequestSchema = Type.Object(
  {
    study: uid('StudyInstanceUID'),
    pacs: name('PACS, by its name in the configuration; the first one by default'),
    ...options,
    documents: Type.Optional(
      Type.Array(oneOf(documentKinds, 'A kind of document'), {
        uniqueItems: true,
        description:
          'Also answered, in base64: `pdf`, `html`, `png` (the report and its pictures), `dicom` (SEG, SR, Encapsulated PDF, Secondary Capture), `volumes` (CT and masks around the lungs as NIfTI-1, gzip). With Accept application/json or text/event-stream; not with Prefer: respond-async',
      }),
    ),
    callback: name(
      'Who is told when it has ended, by its name in the configuration; only with Prefer: respond-async',
    ),
    publish: Type.Optional(
      Type.Unsafe<boolean | 'dry-run'>({
        enum: [true, false, 'dry-run'],
        default: true,
        description:
          'true: write to the EHR. false: findings only. "dry-run": build the Bundle against the EHR, write nothing',
      }),
    ),
  },
  {
    $id: 'AnalysisRequest',
    additionalProperties: false,
    description: 'Which study to analyse, and what to do with the findings',
    examples: [{ study: '2.25.1234567890', publish: 'dry-run' }],
  },
);

export const UploadQuerySchema = Type.Object(
  {
    ...options,
    publish: Type.Optional(
      Type.Unsafe<'true' | 'false' | 'dry-run'>({
        type: 'string',
        enum: ['true', 'false', 'dry-run'],
        description: 'For an upload, as in the JSON body',
      }),
    ),
    documents: Type.Optional(
      Type.String({
        pattern: `^${kind}(,${kind})*$`,
        description: 'For an upload, as in the JSON body, with commas between',
        examples: ['pdf,volumes'],
      }),
    ),
  },
  { additionalProperties: false },
);

export type AnalysisRequest = Static<typeof RequestSchema>;
export type UploadQuery = Static<typeof UploadQuerySchema>;

const analysis = Type.Ref(AnalysisSchema.$id ?? '');

const bytesOf = (contentMediaType: string, description: string) => ({
  schema: { type: 'string', contentMediaType, description },
});

const notes: OperationNotes = {
  errors: errorsOf.analysis,
  takes: {
    'multipart/related': {
      schema: {
        type: 'object',
        required: ['instance'],
        properties: {
          instance: {
            type: 'array',
            minItems: 1,
            items: { type: 'string', contentMediaType: 'application/dicom' },
            description:
              'One part an instance: DICOM Part 10 files of one study, in any order. Parts have no name.',
          },
        },
        description: `As STOW-RS sends it (PS3.18 10.5): Content-Type has a boundary, and type="application/dicom".\n\n\`\`\`http\n${uploadExample}\n\`\`\``,
      },
      encoding: { instance: { contentType: 'application/dicom' } },
    },
  },
  accepted: { [fhirJson]: { schema: { $ref: '#/components/schemas/OperationOutcome' } } },
  answers: {
    [fhirJson]: { schema: bundleOrOutcome },
    [eventStream]: {
      schema: {
        type: 'string',
        contentMediaType: eventStream,
        contentSchema: { type: 'array', items: { $ref: '#/components/schemas/AnalysisEvent' } },
        description:
          'Server-sent events (WHATWG HTML 9.2), by their names: `queued` if it has to wait for a place, `progress`, `document` for each part of a document that was asked for, then one `analysis` or `problem`, which ends the stream. Lines that begin with a colon keep the connection alive. A stream that ends without either was broken off: send the request again. A refusal that is known at once is answered by its status instead.',
      },
      examples: { transcript: { summary: 'An analysis, shortened', value: eventTranscript } },
    },
    'application/pdf': bytesOf('application/pdf', 'The report, one page of A4'),
    'text/html': bytesOf(
      'text/html',
      'The same as one file of HTML, which needs nothing else and runs nothing',
    ),
    'image/png': bytesOf('image/png', 'Its pictures'),
    'multipart/related': bytesOf(
      'multipart/related',
      'DICOM objects made of the analysis, one part each, as WADO-RS sends them (PS3.18 8.7.3.5.1): Segmentation, Structured Report, Encapsulated PDF and Secondary Capture. Accept `multipart/related; type="application/dicom"`, or `application/dicom`',
    ),
  },
};

const job = Type.Ref(JobSchema.$id ?? '');

export const analysesSchema = {
  operationId: 'analyze',
  tags: ['analyses'],
  summary: 'Analyse a chest CT and publish the findings',
  description:
    'Fetches the study from the PACS (or takes the uploaded instances), chooses the best eligible series, runs the pipeline and publishes to the EHR. Sending it again is harmless: the same result is written once.\n\nWith `Accept: application/pdf`, `text/html`, `image/png` or `application/dicom` the answer is that document alone, and of an ineligible study 422 `not-eligible`; `documents` gives several, beside the Analysis.\n\nThe options of an upload are the query; with a JSON body they stand in the body, and a query is refused.\n\nWith `Prefer: respond-async` a study of a PACS is put into the queue and the answer is 202 at once; an upload, an event stream and a document are answered as without it. Give an `Idempotency-Key` to have a repeated request found instead of queued again.',
  'x-lobar': notes,
  headers: queuedAnalysisHeaders,
  body: {
    content: {
      'application/json': { schema: Type.Ref(RequestSchema.$id ?? '') },
      // A stream when it is checked: its parser checks it.
      'multipart/related': { schema: {} },
    },
  },
  querystring: UploadQuerySchema,
  response: {
    200: {
      description:
        'What was found and done. `outcome` says which: a study in which no series may be analysed is a finished answer too, but for a document alone. As FHIR: the Bundle, or an OperationOutcome with the reasons',
      content: {
        'application/json': { schema: analysis },
        [fhirJson]: { schema: {} },
        [eventStream]: { schema: { type: 'string' } },
      },
    },
    202: {
      description:
        'It is in the queue (as FHIR: an OperationOutcome that says so). Ask for it where Location says, or be told by a callback',
      headers: {
        location: { type: 'string', description: 'Where it can be asked for' },
        'preference-applied': { type: 'string', description: 'respond-async (RFC 7240 3)' },
        'retry-after': {
          type: 'integer',
          description:
            'Seconds after which asking makes sense; absent where it has ended, as one that was asked for before may have',
        },
      },
      content: { 'application/json': { schema: job }, [fhirJson]: { schema: {} } },
    },
  },
};
