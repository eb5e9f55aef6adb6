/** Three studies of 275 slices of 512 x 512 as JPEG-LS: LIDC-IDRI-0314 under three UIDs where it is here, else a phantom. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { checkConfig } from '../../src/config.ts';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import { openJpegLsPixels } from '../../src/sandbox/phantom/pixel-encoders.ts';
import { peer } from '../../test/support/orthanc/system-peers.ts';
import { copyRenamed } from '../end-to-end/studies.ts';
import { readDemoChest, writeStretchedStudy } from '../growth/stretched-chest.ts';
import { compressToJpegLs } from '../ingest/prepare-series.ts';
import { realSlices, realStudyMissing, unpackRealStudy } from '../real-study.ts';

export interface GpuStudies {
  readonly name: string;
  readonly studyUids: readonly string[];
  readonly patientIds: readonly string[];
  /** Folder of one of them. */
  readonly series: string;
}

const copies = ['one', 'two', 'three'] as const;

/** Writes them below a folder, which is the PACS. `scratch` takes what is made on the way. */
export async function writeGpuStudies(folder: string, scratch: string): Promise<GpuStudies> {
  const isReal = realStudyMissing.length === 0 && existsSync(peer.dcmcjpls);
  await (isReal ? writeReal(folder, scratch) : writePhantoms(folder));
  const studies = await readStudyFiles([folder], checkConfig({}).limits);
  const headers = studies.flatMap(({ series }) => series.flatMap((one) => one.headers.slice(0, 1)));
  return {
    name: isReal ? 'LIDC-IDRI-0314' : `the chest of the demo in ${realSlices} slices`,
    studyUids: studies.map(({ uid }) => uid),
    patientIds: [...new Set(headers.map(({ patient }) => patient.id ?? ''))],
    series: join(folder, copies[0]),
  };
}

async function writeReal(folder: string, scratch: string): Promise<void> {
  const [raw, compressed] = [join(scratch, 'raw'), join(scratch, 'jpeg-ls')];
  await unpackRealStudy(raw);
  await compressToJpegLs(raw, compressed);
  for (const [i, name] of copies.entries())
    await copyRenamed(compressed, join(folder, name), `.6279.600${i + 3}.`);
}

async function writePhantoms(folder: string): Promise<void> {
  const chest = await readDemoChest();
  const encode = await openJpegLsPixels();
  for (const name of copies)
    await writeStretchedStudy(join(folder, name), chest, realSlices, { name: `gpu ${name}`, encode });
}
