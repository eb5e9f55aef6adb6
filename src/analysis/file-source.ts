import type { LimitsConfig } from '../config-schema.ts';
import { readStudyFiles } from '../dicom/folder-source.ts';
import { LobarError } from '../errors.ts';
import { givenInstances } from './given-instances.ts';
import type { StudySource } from './study-source.ts';

/**
 * One study in files on disk.
 *
 * @throws LobarError `no-images`, `several-studies`
 */
export async function fileSource(paths: readonly string[], limits: LimitsConfig): Promise<StudySource> {
  const [study, ...more] = await readStudyFiles(paths, limits);
  if (study === undefined) throw new LobarError('no-images', { where: 'the files' });
  if (more.length > 0) throw new LobarError('several-studies', { count: more.length + 1 });
  return {
    warnings: study.warnings,
    listSeries: async () => study.series,
    instances: (seriesUid) => study.instances(seriesUid),
    ...givenInstances('the given folder'),
  };
}
