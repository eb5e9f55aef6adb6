/** The document metrics.json; once released it only grows. */
import { type Static, Type } from '@sinclair/typebox';
import { classes } from '../pipeline/types.ts';

export const researchNotice =
  'Research use. These figures describe how the named models did on this cohort and nothing else; they are no ' +
  'proof that the models are fit for patients.';

const count = Type.Integer({ minimum: 0 });
const text = Type.String();

const EstimateSchema = Type.Object(
  {
    value: Type.Number(),
    low: Type.Optional(Type.Number({ description: 'Of the 95 % bootstrap interval by patient' })),
    high: Type.Optional(Type.Number()),
    cases: Type.Integer({ minimum: 0, description: 'How many cases it is made of' }),
  },
  {
    description: 'A figure; without an interval where fewer than five patients count, and for extremes and p',
  },
);
/** A figure of a set of cases. */
export type Estimate = Readonly<Static<typeof EstimateSchema>>;

const figuresSchema = Type.Record(text, EstimateSchema, {
  description: 'By name, see titles; one that the cases do not tell is left out',
});

const SubgroupSchema = Type.Object({
  by: Type.String({ examples: ['label', 'vendor', 'sliceThickness'] }),
  value: text,
  cases: count,
  patients: count,
  figures: figuresSchema,
});
export type Subgroup = Static<typeof SubgroupSchema>;

const rocPoint = Type.Object({
  falsePositiveRate: Type.Number(),
  truePositiveRate: Type.Number(),
  threshold: Type.Optional(Type.Number()),
});
const calibrationBin = Type.Object({
  cases: count,
  meanScore: Type.Number(),
  shareOfPositives: Type.Number(),
});

export const MetricsSchema = Type.Object({
  schema: Type.Literal('lobar-evaluation/1'),
  notice: text,
  lobar: Type.String({ description: 'Version of Lobar' }),
  madeAt: Type.String({ description: 'UTC, ISO 8601' }),
  models: Type.Array(
    Type.Object({
      task: text,
      name: text,
      version: text,
      sha256: Type.String({ description: 'Of the file that ran' }),
      precision: Type.Optional(
        Type.String({ description: 'Of that file, where it is not the main one of its package' }),
      ),
      executionProvider: text,
      trainingData: text,
      intendedUse: text,
    }),
  ),
  thresholds: Type.Object(
    { noImagingSigns: Type.Number(), covid19: Type.Number() },
    { description: 'Of the decision rule, from the package of the classifier' },
  ),
  cohort: Type.Object({
    sha256: Type.String({ description: 'Of the table' }),
    cases: count,
    patients: count,
    analysed: count,
    ineligible: count,
    failed: count,
  }),
  bootstrap: Type.Object({
    resamples: count,
    seed: count,
    level: Type.Number(),
    by: Type.Literal('patient'),
  }),
  titles: Type.Record(text, Type.Object({ title: text, unit: text }), {
    description: 'What each figure is; its unit is empty for a share or a coefficient',
  }),
  figures: figuresSchema,
  confusion: Type.Optional(
    Type.Object({
      labels: Type.Array(Type.Unsafe<(typeof classes)[number]>({ type: 'string', enum: [...classes] })),
      matrix: Type.Array(Type.Array(count), {
        description: 'rows: what a case is; columns: what was decided',
      }),
    }),
  ),
  roc: Type.Record(text, Type.Array(rocPoint), {
    description: 'By class, and micro and macro; one that needs a class without cases is left out',
  }),
  calibration: Type.Record(text, Type.Array(calibrationBin), {
    description: 'By class, in ten bins of equal width; empty ones are left out',
  }),
  subgroups: Type.Array(SubgroupSchema),
  notMeasured: Type.Array(
    Type.Object({
      id: text,
      outcome: Type.String({ description: 'ineligible or failed' }),
      codes: Type.Array(text, { description: 'Why' }),
    }),
  ),
});
export type Metrics = Static<typeof MetricsSchema>;
