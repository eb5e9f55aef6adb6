import { type Static, Type } from '@sinclair/typebox';
import type { Config } from '../../config-schema.ts';
import type { PacsClient } from '../../dicomweb/open-pacs.ts';
import { NoticeSchema } from '../analysis.ts';
import { inspectStudy } from '../inspect-study.ts';
import { pacsSource } from '../pacs-source.ts';
import { auditedLook } from './audited-look.ts';
import type { Look } from './list-worklist.ts';

const InspectedSeriesSchema = Type.Object({
  uid: Type.String({ description: 'SeriesInstanceUID; stacks of one series share it' }),
  description: Type.Optional(Type.String()),
  stack: Type.Optional(Type.String({ description: 'What tells it from the other stacks of a split series' })),
  modality: Type.String(),
  slices: Type.Integer({
    minimum: 0,
    description: 'Images at different positions; 0 where none was looked at',
  }),
  chosen: Type.Boolean({ description: 'An analysis would take this one' }),
  reasons: Type.Array(NoticeSchema, { description: 'Why it is not eligible, or not the chosen one' }),
});

export const InspectedStudySchema = Type.Object(
  {
    uid: Type.String({ description: 'StudyInstanceUID' }),
    eligible: Type.Boolean({ description: 'Whether an analysis would take a series of it' }),
    series: Type.Array(InspectedSeriesSchema, { description: 'Best first' }),
  },
  { description: 'What an analysis would make of a study, by its headers alone' },
);
export type InspectedStudy = Static<typeof InspectedStudySchema>;

/**
 * Whether a study of a PACS may be analysed, without its pixels. That is recorded in the audit as a look into the PACS
 * for this study: a list asks it of each study that it shows, and nobody has opened any.
 *
 * @throws LobarError `study-not-found`, `audit-unavailable`, and what the PACS fails with
 */
export async function inspectListed(
  pacs: PacsClient,
  studyUid: string,
  { eligibility, limits }: Pick<Config, 'eligibility' | 'limits'>,
  { requestId, caller, audit, signal }: Look,
): Promise<InspectedStudy> {
  const endpoint = { name: pacs.name, url: pacs.url };
  const query = `studies/${studyUid}/series`;
  const entry = { what: 'study-query', requestId, caller, pacs: endpoint, studyUid, query } as const;
  const source = pacsSource(pacs, studyUid, limits);
  return await auditedLook(audit, entry, async () => {
    const { outcome, stacks } = await inspectStudy(source, undefined, eligibility, signal, limits);
    return {
      uid: studyUid,
      eligible: outcome === 'eligible',
      series: stacks.map(({ uid, description, distinguishedBy, modality, slices, state, reasons }) => ({
        uid,
        ...(description === undefined ? {} : { description }),
        ...(distinguishedBy === undefined ? {} : { stack: distinguishedBy }),
        modality,
        slices,
        chosen: state === 'chosen',
        reasons,
      })),
    };
  });
}
