import { execFile } from 'node:child_process';
import { mkdir, readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import type { Orthanc } from '../../test/support/orthanc/open-orthanc.ts';
import { pacsConfig } from '../../test/support/orthanc/retrieve-volume.ts';
import { storeFolder } from '../../test/support/orthanc/store-folder.ts';
import { runPeer } from '../../test/support/orthanc/system-peers.ts';
import type { SeriesLocation } from './series-location.ts';

const run = promisify(execFile);

/** Unpacks a study, a .tar.xz, into a new folder. */
export async function unpack(archive: string, to: string): Promise<void> {
  await mkdir(to);
  await run('tar', ['xJf', archive, '-C', to]);
}

/** Writes every .dcm file below `from` as JPEG-LS lossless into the new folder `to`, by dcmtk. */
export async function compressToJpegLs(from: string, to: string): Promise<void> {
  await mkdir(to);
  const left = await dicomFiles(from);
  const work = async () => {
    for (let file = left.pop(); file !== undefined; file = left.pop()) {
      await runPeer('dcmcjpls', [join(from, file), join(to, basename(file))]);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

/**
 * Stores a folder that holds one series in an empty Orthanc.
 *
 * @throws Error where it did not take all of it, or keeps it in another transfer syntax.
 */
export async function storeSeries(
  orthanc: Orthanc,
  folder: string,
  transferSyntax: string,
): Promise<SeriesLocation> {
  const { url } = orthanc;
  const instances = (await dicomFiles(folder)).length;
  const { stored, failed } = await storeFolder(pacsConfig({ url }), folder);
  const [series] = await query(`${url}/series`);
  const [studyUid, seriesUid] = [series?.['0020000D'], series?.['0020000E']].map(
    (element) => element?.Value?.[0],
  );
  if (stored.length !== instances || studyUid === undefined || seriesUid === undefined) {
    throw new Error(
      `Orthanc stored ${stored.length} of ${instances} instances and refused ${failed.length}.`,
    );
  }
  const kept = await orthanc.transferSyntaxes(studyUid);
  if (kept.join() !== transferSyntax) throw new Error(`Orthanc keeps ${kept.join()}, not ${transferSyntax}.`);
  return { url, studyUid, seriesUid, instances };
}

async function dicomFiles(folder: string): Promise<string[]> {
  return (await readdir(folder, { recursive: true })).filter((file) => file.endsWith('.dcm'));
}

type DicomJson = Readonly<Record<string, { readonly Value?: readonly string[] }>>;

async function query(url: string): Promise<readonly DicomJson[]> {
  const answer = await fetch(url, { headers: { accept: 'application/dicom+json' } });
  if (!answer.ok) throw new Error(`Orthanc answers a QIDO-RS search with HTTP ${answer.status}.`);
  return (await answer.json()) as readonly DicomJson[];
}
