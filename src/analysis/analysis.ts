/** The Analysis document: the contract that others script against. Once released it only grows. */
import { type Static, Type } from '@sinclair/typebox';
import { writeModes } from '../config-endpoints.ts';
import { classes, lobes, severityBands } from '../pipeline/types.ts';
import { analysisExample } from './analysis-example.ts';
import { dicomObjectKinds, documentKinds } from './reporting/report-document.ts';

/** A text that is one of these. */
export const oneOf = <const T extends string>(values: readonly T[], description: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], description });

const uid = (description: string) =>
  Type.String({ pattern: '^[0-9.]{1,64}$', description, examples: ['2.25.1234567890'] });

export const NoticeSchema = Type.Object(
  { code: Type.String({ examples: ['slice-too-thick'] }), text: Type.String() },
  { description: 'A stable code and one sentence' },
);

const regionFields = {
  lungMl: Type.Number({ minimum: 0, description: 'Volume of lung, mL' }),
  opacityMl: Type.Number({ minimum: 0, description: 'Volume of opacity inside the lung, mL' }),
  percent: Type.Number({ minimum: 0, maximum: 100, description: 'opacityMl / lungMl x 100' }),
};

const RegionSchema = Type.Object(regionFields);

export const ModelSchema = Type.Object({
  task: Type.String(),
  name: Type.String(),
  version: Type.String(),
  sha256: Type.String({ description: 'Of the file that ran' }),
  precision: Type.Optional(
    Type.String({
      description:
        'Of the file that ran, where it is a variant for the provider and not the main file of its package',
      examples: ['int8'],
    }),
  ),
  executionProvider: Type.String({ description: 'The one really used' }),
});

/** A series whose images are not one volume is split: each of its stacks is named on its own. */
export const StackSchema = Type.Object(
  {
    slices: Type.Integer({
      minimum: 1,
      description: 'Images at different positions; all images where they are no slices',
    }),
    distinguishedBy: Type.String({
      description: 'What tells it from the other stacks of its series',
      examples: ['acquisition 2', 'kernel B70f', '512 x 512', 'localizers'],
    }),
  },
  { description: 'Which stack of the series, where its images are not one volume; else absent' },
);
export type StackOfSeries = Static<typeof StackSchema>;

export const OtherSeriesSchema = Type.Object({
  uid: uid('SeriesInstanceUID; stacks of one series share it'),
  description: Type.Optional(Type.String()),
  stack: Type.Optional(StackSchema),
  reasons: Type.Array(NoticeSchema, { description: 'Why this series was not analysed' }),
});

/** What is said of a document that was made of an analysis, beside its bytes. */
export const documentFields = {
  kind: oneOf(documentKinds, 'As it was asked for'),
  name: Type.String({ description: 'As a file is named; it names nobody', examples: ['report.pdf'] }),
  title: Type.String({ description: 'In the language of the report' }),
  contentType: Type.String({ examples: ['application/pdf'] }),
  language: Type.Optional(Type.String({ description: 'BCP 47, where it holds text', examples: ['en'] })),
  size: Type.Integer({ minimum: 0, description: 'Bytes of the whole' }),
};

const DocumentSchema = Type.Object({
  ...documentFields,
  data: Type.String({ contentEncoding: 'base64', description: 'The bytes' }),
});

export const AnalysisSchema = Type.Object(
  {
    id: Type.String({ description: 'Id of this analysis, also in the X-Request-Id header and the log' }),
    outcome: oneOf(
      ['published', 'analysed', 'ineligible'],
      'published: the EHR holds the report. analysed: findings, nothing written. ineligible: no series may be analysed, see reasons',
    ),
    study: Type.Object({
      uid: uid('StudyInstanceUID'),
      accession: Type.Optional(Type.String({ description: 'AccessionNumber (0008,0050)' })),
      patientId: Type.Optional(Type.String({ description: 'PatientID (0010,0020)' })),
    }),
    series: Type.Optional(
      Type.Object(
        {
          uid: uid('SeriesInstanceUID'),
          description: Type.Optional(Type.String()),
          slices: Type.Integer({ minimum: 1 }),
          // Said so that draft 7 and 2020-12 read it alike.
          spacingMm: Type.Unsafe<[number, number, number]>({
            type: 'array',
            items: { type: 'number' },
            minItems: 3,
            maxItems: 3,
            description: '[z, y, x], mm',
          }),
          stack: Type.Optional(StackSchema),
          chosenBecause: Type.Optional(
            Type.Object(NoticeSchema.properties, {
              description: 'Why it and no other: only-eligible, preferred, asked-for or forced',
            }),
          ),
          others: Type.Array(OtherSeriesSchema, {
            description: 'Every other series of the study, and every other stack of a split one',
          }),
        },
        { description: 'The analysed series' },
      ),
    ),
    reasons: Type.Optional(
      Type.Array(OtherSeriesSchema, {
        description: 'For ineligible: every series, or stack of a split one, and why not',
      }),
    ),
    classification: Type.Optional(
      Type.Object({
        decision: oneOf(
          classes,
          'By the decision rule of Topff et al. 2023 (doi 10.1371/journal.pone.0285121); an imaging pattern, no diagnosis',
        ),
        probabilities: Type.Object({
          'covid-19': Type.Number({ minimum: 0, maximum: 1 }),
          'other-infection': Type.Number({ minimum: 0, maximum: 1 }),
          'no-imaging-signs': Type.Number({ minimum: 0, maximum: 1 }),
        }),
      }),
    ),
    involvement: Type.Optional(
      Type.Object({
        ...regionFields,
        right: RegionSchema,
        left: RegionSchema,
        lobes: Type.Array(
          Type.Object({
            lobe: oneOf(lobes, 'Lobe'),
            ...regionFields,
            score: Type.Integer({ minimum: 0, maximum: 5, description: 'Lobe score (Pan et al. 2020)' }),
          }),
          { minItems: 5, maxItems: 5 },
        ),
      }),
    ),
    severity: Type.Optional(
      Type.Object({
        score: Type.Integer({ minimum: 0, maximum: 25, description: 'CT severity score' }),
        band: oneOf(severityBands, '0 none, 1-5 mild, 6-14 moderate, 15-25 severe'),
      }),
    ),
    models: Type.Array(ModelSchema),
    published: Type.Optional(
      Type.Object({
        ehr: Type.String({ description: 'Name of the EHR in the configuration' }),
        report: Type.String({ examples: ['DiagnosticReport/1c4df8b7-0475-5a47-9296-26def68b501f'] }),
        alreadyPublished: Type.Boolean({
          description: 'The same result was there before; nothing was written',
        }),
        writeMode: Type.Optional(
          Type.Object(
            {
              mode: oneOf(writeModes, writeModes.join(', ')),
              because: Type.String({
                examples: ["EHR 'main' says that it takes PUT of new ids (updateCreate) in transactions"],
              }),
            },
            { description: 'How the report was written, and why so' },
          ),
        ),
      }),
    ),
    stored: Type.Optional(
      Type.Object(
        {
          pacs: Type.String({ description: 'Name of the PACS in the configuration' }),
          instances: Type.Array(
            Type.Object({
              object: oneOf(
                dicomObjectKinds,
                'seg: lobes and opacities as DICOM Segmentation; sr: the measurements (TID 1500); pdf: the report; pictures: those of the report',
              ),
              sopClassUid: uid('SOPClassUID'),
              sopInstanceUid: uid('SOPInstanceUID; the same result has the same ones'),
              seriesInstanceUid: uid('SeriesInstanceUID, one for each kind of object'),
            }),
          ),
        },
        { description: 'What the PACS holds of this result: all that pacs.<name>.store asks for' },
      ),
    ),
    bundle: Type.Optional(
      Type.Unsafe<object>({
        type: 'object',
        additionalProperties: true,
        description: 'For publish: "dry-run", the FHIR Bundle that would be written',
      }),
    ),
    documents: Type.Optional(
      Type.Array(DocumentSchema, {
        description:
          'Those that were asked for, in an answer of JSON; in a stream they are events of their own. None of a study that is ineligible',
      }),
    ),
    warnings: Type.Array(NoticeSchema),
    timingsMs: Type.Record(Type.String(), Type.Number(), {
      description: 'Wall time by stage and in total; eventLoopP99 is the main thread’s event-loop delay',
    }),
  },
  {
    $id: 'Analysis',
    description: 'What one analysis found and did. Research use, not verified by a radiologist.',
    examples: [analysisExample],
  },
);
export type Analysis = Static<typeof AnalysisSchema>;
export type OtherSeries = Static<typeof OtherSeriesSchema>;
