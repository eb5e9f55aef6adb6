/** The file of one case: all that the metrics need, so that they can be made anew without the images. */
import { type Static, Type } from '@sinclair/typebox';
import { classes, lobes, severityBands } from '../pipeline/types.ts';

const closed = <P extends Parameters<typeof Type.Object>[0]>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) });
const oneOf = <T extends string>(values: readonly T[]) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values] });
const count = Type.Integer({ minimum: 0 });
const ml = Type.Number({ minimum: 0, description: 'mL' });
const probability = Type.Number({ minimum: 0, maximum: 1 });

const overlap = closed({ truth: count, predicted: count, both: count }, 'Voxels of two masks');
const severity = closed({
  score: Type.Integer({ minimum: 0, maximum: 25 }),
  band: oneOf(severityBands),
});

const quantified = {
  lungMl: Type.Optional(ml),
  opacityMl: Type.Optional(ml),
  percent: Type.Optional(Type.Number({ minimum: 0, maximum: 100 })),
  severity: Type.Optional(severity),
};

const common = {
  schema: Type.Literal('lobar-evaluation-case/1'),
  id: Type.String(),
  fingerprint: Type.String({ description: 'SHA-256 over the row, its files, the models and Lobar' }),
  models: Type.Array(
    closed({
      task: Type.String(),
      name: Type.String(),
      version: Type.String(),
      sha256: Type.String(),
      precision: Type.Optional(Type.String()),
    }),
  ),
  patient: Type.String(),
  label: Type.Optional(oneOf(classes)),
};

export const AnalysedCaseSchema = closed({
  ...common,
  outcome: Type.Literal('analysed'),
  subgroups: Type.Record(Type.String(), Type.String(), {
    description: 'By what the results are split; what is not known is left out',
  }),
  spacingMm: Type.Tuple([Type.Number(), Type.Number(), Type.Number()], { description: '[z, y, x]' }),
  decision: oneOf(classes),
  probabilities: closed({
    'covid-19': probability,
    'other-infection': probability,
    'no-imaging-signs': probability,
  }),
  predicted: closed(quantified, 'What the pipeline found'),
  truth: closed(quantified, 'The same of the given masks, as far as there are any'),
  lungs: Type.Optional(overlap),
  lobes: Type.Optional(closed(Object.fromEntries(lobes.map((lobe) => [lobe, overlap])))),
  opacities: Type.Optional(
    closed(
      {
        network: overlap,
        naive: overlap,
        networkInTrueLungs: Type.Optional(overlap),
        naiveInTrueLungs: Type.Optional(overlap),
        outsideLungs: count,
      },
      'Of the network and of the naive band, both inside the lungs that the pipeline found, against the whole truth; outsideLungs: true voxels that those lungs do not hold',
    ),
  ),
  falseOpacityMl: Type.Optional(ml),
  warnings: Type.Array(Type.String(), { description: 'Codes of the warnings of the Analysis' }),
  seconds: Type.Number({ minimum: 0 }),
});
export type AnalysedCase = Omit<Static<typeof AnalysedCaseSchema>, 'lobes'> & {
  readonly lobes?: Readonly<Record<(typeof lobes)[number], Static<typeof overlap>>>;
};

export const IneligibleCaseSchema = closed({
  ...common,
  outcome: Type.Literal('ineligible'),
  reasons: Type.Array(Type.String(), { description: 'Codes of the reasons of the Analysis' }),
});
export type IneligibleCase = Static<typeof IneligibleCaseSchema>;

export const FailedCaseSchema = closed({
  ...common,
  outcome: Type.Literal('failed'),
  error: closed({
    code: Type.String(),
    message: Type.String(),
    frames: Type.Optional(
      Type.String({ description: 'Where in the code its cause was thrown, without the words of it' }),
    ),
  }),
});
export type FailedCase = Static<typeof FailedCaseSchema>;

export const CaseResultSchema = Type.Union([AnalysedCaseSchema, IneligibleCaseSchema, FailedCaseSchema]);
export type CaseResult = AnalysedCase | IneligibleCase | FailedCase;
