/** What POST /v1/events/study-stable takes and answers, as JSON Schema for the checks and the OpenAPI document. */
import { type Static, Type } from '@sinclair/typebox';
import { oneOf } from '../../analysis/analysis.ts';
import { ruleCodes } from '../../watch/judge-by-rules.ts';
import { errorsOf } from '../openapi/answered-errors.ts';

export const StudyStableSchema = Type.Object(
  {
    study: Type.String({
      pattern: '^[0-9]+(\\.[0-9]+)*$',
      maxLength: 64,
      description: 'StudyInstanceUID',
      examples: ['2.25.1234567890'],
    }),
    pacs: Type.Optional(
      Type.String({
        pattern: '^[a-z0-9-]+$',
        description: 'PACS that holds it, by its name in the configuration; watch.pacs by default',
      }),
    ),
  },
  {
    $id: 'StudyStableEvent',
    additionalProperties: false,
    description: 'That all images of a study have arrived in the PACS',
    examples: [{ study: '2.25.1234567890' }],
  },
);
export type StudyStableEvent = Static<typeof StudyStableSchema>;

const reasons = Type.Array(
  Type.Object({
    code: oneOf(ruleCodes, 'The rule'),
    passed: Type.Boolean({
      description: 'Whether the study passes it; eligible are those that pass every one',
    }),
    text: Type.String({ description: 'Why, without identifiers' }),
  }),
  { description: 'One of every rule' },
);

const answer = (description: string, properties: Parameters<typeof Type.Object>[0]) => ({
  description,
  content: { 'application/json': { schema: Type.Object({ ...properties, reasons }) } },
});

export const studyStableSchema = {
  operationId: 'studyStable',
  tags: ['analyses'],
  summary: 'Tell that a study has arrived, to have it analysed by itself',
  description:
    'For the hooks of a PACS. The study is asked for in the PACS and judged by the rules of the configuration (`watch`), without the wait of `watch.stableMinutes`. An eligible one is put into the queue, once however often it is told: by this, and by `lobar watch`. An answer below 300 is final; anything else says that nothing is decided, and the event should be sent again.',
  'x-lobar': { errors: errorsOf.studyStable },
  body: Type.Ref(StudyStableSchema.$id ?? ''),
  querystring: Type.Object({}, { additionalProperties: false }),
  response: {
    200: answer('It is not one that is analysed by itself', { decision: Type.Literal('filtered') }),
    202: answer('It is in the queue, or was before', {
      decision: oneOf(['enqueued', 'known'], 'known: it was enqueued before, and is not again'),
      job: Type.String({
        description: 'Where its analysis can be asked for; not for ever, see queue.keepDays',
        examples: ['/v1/analyses/7d9f2d1c-3c7e-5f0e-9a0b-2b1f4c8f1f4e'],
      }),
    }),
  },
};
