import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyCt } from './dicom-writer.ts';

/** A new folder with one tiny CT image of each study: StudyInstanceUID and AccessionNumber (0008,0050). */
export async function writeStudies(studies: readonly (readonly [string, string])[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-studies-'));
  for (const [studyUid, accession] of studies) {
    const elements = [
      ['00080005', 'CS', 'ISO_IR 192'],
      ['00080050', 'SH', accession],
    ] as const;
    const ids = { studyUid, seriesUid: `${studyUid}.1`, sopInstanceUid: `${studyUid}.1.1` };
    await writeFile(join(folder, `${studyUid}.dcm`), tinyCt({ ...ids, elements }));
  }
  return folder;
}
