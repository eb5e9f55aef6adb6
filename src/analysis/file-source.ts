import type { LimitsConfig } from '../config-schema.ts';
import { readStudyFiles } from '../dicom/folder-source.ts';
import { LobarError } from '../errors.ts';
import { givenInstances } from './given-instances.ts';
import { severalStudies } from './several-studies.ts';
import type { StudySource } from './study-source.ts';

/**
 * One study in files on disk.
 *
 * @throws LobarError `no-images`, `several-studies`
 */
export async function fileSource(paths: readonly string[], limits: LimitsConfig): Promise<StudySource> {
  const studies = await readStudyFiles(paths, limits);
  const [study] = studies;
  if (study === undefined) throw new LobarError('no-images', { where: 'the files' });
  if (studies.length > 1) {
    throw severalStudies(
      'files',
      studies.map(({ uid, series }) => [uid, series[0]?.files[0] ?? '']),
    );
  }
  return {
    warnings: study.warnings,
    listSeries: async () => study.series,
    instances: (seriesUid) => study.instances(seriesUid),
    placeOf(sopInstanceUid) {
      const file = study.fileOf(sopInstanceUid);
      return file === undefined ? {} : { file };
    },
    ...givenInstances('the given folder'),
    seriesNotFound: (seriesInstanceUid) =>
      new LobarError('series-not-found', { where: 'The given folder' }, { details: { seriesInstanceUid } }),
  };
}
