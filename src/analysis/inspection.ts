/** The Inspection document: what `lobar inspect --json` prints. Once released it only grows. */
import { type Static, Type } from '@sinclair/typebox';
import { NoticeSchema, oneOf } from './analysis.ts';

const millimetres = (description: string) =>
  Type.Optional(Type.Number({ description: `${description}, mm` }));

export const InspectedStackSchema = Type.Object(
  {
    uid: Type.String({ description: 'SeriesInstanceUID; stacks of one series share it' }),
    seriesNumber: Type.Optional(Type.Number()),
    description: Type.Optional(Type.String()),
    distinguishedBy: Type.Optional(
      Type.String({ description: 'What tells it from the other stacks of a split series' }),
    ),
    modality: Type.String(),
    images: Type.Integer({
      minimum: 0,
      description: 'Images (frames) of it; 0 where a PACS was not asked, as for a series that is not CT',
    }),
    slices: Type.Integer({
      minimum: 0,
      description: 'Images at different positions; all images where they are no slices',
    }),
    columns: Type.Optional(Type.Integer()),
    rows: Type.Optional(Type.Integer()),
    spacingMm: Type.Optional(
      Type.Tuple([Type.Number(), Type.Number(), Type.Number()], { description: '[z, y, x], mm' }),
    ),
    sliceThicknessMm: millimetres('Thickest slice'),
    coverageMm: millimetres('From the bottom of the lowest slice to the top of the highest'),
    convolutionKernel: Type.Optional(Type.String({ description: 'Several values with a backslash between' })),
    transferSyntax: Type.Optional(
      Type.Object({ uid: Type.String(), name: Type.String(), read: Type.Boolean() }),
    ),
    state: oneOf(
      ['chosen', 'eligible', 'ineligible'],
      'chosen: an analysis would take it. eligible: it could, see reasons for why another is taken',
    ),
    chosenBecause: Type.Optional(NoticeSchema),
    reasons: Type.Array(NoticeSchema, { description: 'Why it is not eligible, or not the chosen one' }),
    warnings: Type.Array(NoticeSchema, { description: 'What an analysis of it would warn of' }),
  },
  { description: 'One series, or one stack of a series whose images are not one volume' },
);

export const InspectionSchema = Type.Object(
  {
    study: Type.Object({
      uid: Type.String({ description: 'StudyInstanceUID' }),
      description: Type.Optional(Type.String()),
      date: Type.Optional(Type.String({ description: 'YYYYMMDD' })),
    }),
    outcome: oneOf(['eligible', 'ineligible'], 'Whether an analysis would take a series of it'),
    stacks: Type.Array(InspectedStackSchema, { description: 'Best first' }),
    warnings: Type.Array(NoticeSchema, { description: 'About the images as a whole' }),
  },
  { $id: 'Inspection', description: 'What a study holds and what an analysis would make of it' },
);

export type InspectedStack = Static<typeof InspectedStackSchema>;
export type Inspection = Static<typeof InspectionSchema>;
