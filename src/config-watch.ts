/** The shape of the configuration of automatic analysis: which studies of a PACS are analysed without being asked for. */
import { type Static, Type } from '@sinclair/typebox';
import { seconds, section, words } from './config-blocks.ts';

const endpointName = (description: string) =>
  Type.Optional(Type.String({ pattern: '^[a-z0-9-]+$', description }));

export const WatchSchema = section(
  {
    pacs: endpointName('PACS that is watched, by its name; the first one by default'),
    ehr: endpointName('EHR that the reports go to, by its name; the first one by default'),
    publish: Type.Boolean({ default: true, description: 'Publish; false: findings only' }),
    callback: endpointName('Who is told of every end, by its name in callbacks; nobody by default'),
    modalities: Type.Array(Type.String({ pattern: '^[A-Z0-9]{2,16}$' }), {
      minItems: 1,
      default: ['CT'],
      description: 'A study has one of these (ModalitiesInStudy)',
    }),
    descriptionWords: words(
      [],
      'One of these begins a word of the description of the study or of one of its series; with none, eligibility.chestWords',
    ),
    withoutWords: words([], 'None of these begins a word of the description of the study'),
    receivedWithinHours: Type.Number({
      exclusiveMinimum: 0,
      maximum: 24 * 365,
      default: 48,
      unit: 'hours',
      description: 'Studies older than this (StudyDate and StudyTime) are left alone',
    }),
    stableMinutes: Type.Number({
      minimum: 0,
      maximum: 24 * 60,
      default: 5,
      unit: 'minutes',
      description:
        'The count of its images has not changed for so long; a study-stable event needs no such wait',
    }),
    pollSeconds: seconds(60, 'Between two looks at the PACS'),
  },
  'Automatic analysis: lobar watch, and POST /v1/events/study-stable',
);
export type WatchConfig = Static<typeof WatchSchema>;
