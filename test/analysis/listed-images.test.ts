import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileSource } from '../../src/analysis/file-source.ts';
import { pacsSource } from '../../src/analysis/pacs-source.ts';
import { uploadSource } from '../../src/analysis/upload-source.ts';
import type { LimitsConfig } from '../../src/config-schema.ts';
import { ctFile, ctUids, limits } from '../dicom/support/ct-file.ts';
import { listen, never, pacsAt } from '../dicomweb/support/pacs-at.ts';

/** Two series of two images each. */
const seriesUids = [ctUids.series, '2.25.12'];
const files = seriesUids.flatMap((uid) => [0, 1].map((z) => ctFile(z, 0, [['0020000E', 'UI', uid]])));

async function listUpload(_t: TestContext, own: LimitsConfig) {
  async function* given() {
    yield* files;
  }
  return (await uploadSource(given(), own)).listSeries(never().signal);
}

async function listFolder(t: TestContext, own: LimitsConfig) {
  const folder = await mkdtemp(join(tmpdir(), 'lobar-listed-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [index, file] of files.entries()) await writeFile(join(folder, `${index}.dcm`), file);
  return (await fileSource([folder], own)).listSeries(never().signal);
}

async function listPacs(t: TestContext, own: LimitsConfig) {
  const datasets = (uid: string, images: number) =>
    Array.from({ length: images }, (_, k) => ({
      '00080060': { vr: 'CS', Value: ['CT'] },
      '00080018': { vr: 'UI', Value: [`${uid}.${k}`] },
      '0020000D': { vr: 'UI', Value: [ctUids.study] },
      '0020000E': { vr: 'UI', Value: [uid] },
    }));
  const { url, close } = await listen((request, response) => {
    const uid = /series\/([\d.]+)\/metadata$/.exec(request.url ?? '')?.[1];
    const listed = uid === undefined ? seriesUids.flatMap((series) => datasets(series, 1)) : datasets(uid, 2);
    response.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(listed));
  });
  const pacs = pacsAt(url);
  t.after(async () => {
    await pacs.close();
    close();
  });
  return pacsSource(pacs, ctUids.study, own).listSeries(never().signal);
}

describe('the images that are listed', () => {
  for (const [of, list] of Object.entries({ upload: listUpload, folder: listFolder, PACS: listPacs })) {
    it(`of an ${of} are limited, of each series and of all together`, async (t) => {
      const series = await list(t, { ...limits, imagesPerSeries: 2, imagesPerStudy: 4 });
      assert.deepEqual(
        series.map(({ headers }) => headers.length),
        [2, 2],
      );
      for (const [lowered, message] of [
        [{ imagesPerSeries: 1 }, /limits\.imagesPerSeries \(1 images\)/],
        [{ imagesPerStudy: 3 }, /limits\.imagesPerStudy \(3 images\)/],
      ] as const) {
        await assert.rejects(list(t, { ...limits, ...lowered }), { code: 'limit-exceeded', message });
      }
    });
  }
});
