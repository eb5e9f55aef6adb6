/** The studies that are analysed: one real scan, three times under other UIDs, and a small phantom. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import { writePhantomStudy } from '../../test/support/phantom-study.ts';
import { compressToJpegLs } from '../ingest/prepare-series.ts';
import type { SeriesLocation } from '../ingest/series-location.ts';
import { unpackRealStudy } from '../real-study.ts';

/** `raw` and `copy` are implicit little endian; `copy` is analysed at the same time as `raw`. */
export const studyNames = ['raw', 'copy', 'jpeg-ls', 'small'] as const;
export type StudyName = (typeof studyNames)[number];

export type BenchedStudy = Omit<SeriesLocation, 'url'> & { readonly patientId: string };
export type BenchedStudies = Readonly<Record<StudyName, BenchedStudy>>;

/** Part of every UID of the scan, and what stands there in the others: as long, so that nothing else changes. */
const root = '.6279.6001.';
const roots = { copy: '.6279.6002.', 'jpeg-ls': '.6279.6003.' } as const;

/** Writes them below a new folder, one folder each. */
export async function writeStudies(folder: string): Promise<BenchedStudies> {
  const of = (name: StudyName) => join(folder, name);
  await writePhantomStudy(of('small'), { slices: 60, matrix: 128 });
  await unpackRealStudy(of('raw'));
  await compressToJpegLs(of('raw'), of('jpeg-ls'));
  await copyRenamed(of('raw'), of('copy'), roots.copy);
  await copyRenamed(of('jpeg-ls'), of('jpeg-ls'), roots['jpeg-ls']);
  const found = studyNames.map(async (name) => [name, await read(of(name))] as const);
  return Object.fromEntries(await Promise.all(found)) as Record<StudyName, BenchedStudy>;
}

export async function copyRenamed(from: string, to: string, uids: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const name of (await readdir(from, { recursive: true })).filter((file) => file.endsWith('.dcm'))) {
    const bytes = await readFile(join(from, name));
    for (let at = bytes.indexOf(root); at >= 0; at = bytes.indexOf(root, at)) bytes.write(uids, at, 'latin1');
    await writeFile(join(to, name.replaceAll('/', '-')), bytes);
  }
}

/** @throws Error where it is not one series of a patient. */
async function read(folder: string): Promise<BenchedStudy> {
  const [study] = await readStudyFiles([folder], checkConfig({}).limits);
  const [series] = study?.series ?? [];
  const [header] = series?.headers ?? [];
  const patientId = header?.patient.id;
  if (study === undefined || series === undefined || header === undefined || patientId === undefined)
    throw new Error(`There is no series of a patient in ${folder}.`);
  const { studyInstanceUid: studyUid, seriesInstanceUid: seriesUid } = header;
  return { studyUid, seriesUid, instances: series.headers.length, patientId };
}
