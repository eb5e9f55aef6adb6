import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { DicomJson } from '../../src/dicomweb/dicom-json.ts';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import { duplicateSopInstance } from '../../src/dicomweb/store-result.ts';
import { openSandboxPacs, type SandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { tinyCt } from '../support/dicom-writer.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { collectSeries, never, pacsAt } from './support/pacs-at.ts';

const study = '1.2.3';
const series = '1.2.3.1';
const asIs = (dataset: DicomJson) => dataset;
const files = Array.from({ length: 5 }, (_, index) =>
  tinyCt({ studyUid: study, seriesUid: series, sopInstanceUid: `1.2.3.1.${index}`, instanceNumber: index }),
);

/** Study and series of ct-64Dicom, as pydicom reads them. */
const ct64Uids = [
  '1.2.826.0.1.3680043.2.1125.1.35591276374847523812691041989786456',
  '1.2.826.0.1.3680043.2.1125.1.18085492126195434258212517481071422',
] as const;

describe('A PACS client and the embedded PACS', () => {
  let folder: string;
  let sandbox: SandboxPacs;
  let pacs: PacsClient;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-test-'));
    await mkdir(join(folder, 'sub'));
    for (const [index, bytes] of files.entries()) await writeFile(join(folder, 'sub', `${index}.dcm`), bytes);
    sandbox = await openSandboxPacs({ folder });
    pacs = pacsAt(`${sandbox.url}/`); // a slash at the end of the root is harmless
  });
  after(async () => {
    await pacs.close();
    await sandbox.close();
    await rm(folder, { recursive: true });
  });

  it('lists the series of a study', async () => {
    const found = await pacs.searchSeries(study, never());
    assert.deepEqual(
      found.map((one) => one['0020000E']?.Value),
      [[series]],
    );
    assert.deepEqual(found[0]?.['00201209']?.Value, [5]);
  });

  it('gives the metadata of each instance of a series', async () => {
    const numbers = await pacs.retrieveMetadata(
      study,
      series,
      never(),
      (dataset) => dataset['00200013']?.Value?.[0],
    );
    assert.deepEqual(numbers, [0, 1, 2, 3, 4]);
  });

  it('gives the instances of a series byte for byte, each in an ArrayBuffer of its own', async () => {
    const instances = await collectSeries(pacs.retrieveSeries(study, series, never()));
    assert.deepEqual(instances, files);
    assert.ok(instances.every((one) => one.buffer.byteLength === one.byteLength));
  });

  it('says which of study and series is not there, its UID in the details only', async () => {
    await assert.rejects(pacs.searchSeries('9.9', never()), (error: Error) => {
      assert.deepEqual(
        { ...error },
        { name: 'LobarError', code: 'study-not-found', details: { studyInstanceUid: '9.9' } },
      );
      assert.doesNotMatch(error.message, /9\.9/);
      return true;
    });
    await assert.rejects(pacs.retrieveMetadata(study, '9.9', never(), asIs), { code: 'series-not-found' });
    await assert.rejects(collectSeries(pacs.retrieveSeries(study, '9.9', never())), {
      code: 'series-not-found',
    });
  });

  it('lets no text but a UID into a path', async () => {
    for (const uid of ['', '1.2/../3', '1.2?x=1', '1..2', '.1', 'abc', '1'.repeat(65), '1.2\n']) {
      await assert.rejects(pacs.searchSeries(uid, never()), { code: 'request-invalid' }, uid);
      await assert.rejects(
        pacs.retrieveMetadata(study, uid, never(), asIs),
        { code: 'request-invalid' },
        uid,
      );
      await assert.rejects(
        collectSeries(pacs.retrieveSeries(uid, series, never())),
        { code: 'request-invalid' },
        uid,
      );
    }
  });

  it('serves a study whose UIDs have leading zeros, as old modalities write them', async () => {
    const uids = { studyUid: '1.2.03', seriesUid: '1.2.03.1', sopInstanceUid: '1.2.03.1.1' };
    await pacs.storeInstances(uids.studyUid, [tinyCt(uids)], never());
    const [found] = await pacs.searchSeries(uids.studyUid, never());
    assert.deepEqual(found?.['0020000E']?.Value, [uids.seriesUid]);
    const instances = await collectSeries(pacs.retrieveSeries(uids.studyUid, uids.seriesUid, never()));
    assert.deepEqual(instances, [tinyCt(uids)]);
  });

  it('stores instances, says which were there already, and finds the new ones', async () => {
    const stored = tinyCt({ studyUid: '1.2.4', seriesUid: '1.2.4.1', sopInstanceUid: '1.2.4.1.1' });
    const view = new Uint8Array(stored.length + 8).subarray(4, -4); // not an ArrayBuffer of its own
    view.set(stored);
    const first = await pacs.storeInstances(undefined, [view, files[0] as Uint8Array], never());
    assert.deepEqual(first, {
      stored: [{ sopInstanceUid: '1.2.4.1.1' }],
      failed: [{ sopInstanceUid: '1.2.3.1.0', failureReason: duplicateSopInstance }],
    });
    const again = await pacs.storeInstances('1.2.4', [stored], never());
    assert.deepEqual(
      again.failed.map(({ failureReason }) => failureReason),
      [duplicateSopInstance],
    );
    assert.deepEqual(await collectSeries(pacs.retrieveSeries('1.2.4', '1.2.4.1', never())), [stored]);
  });

  it('stops an iteration that is left early, and is ready for the next', async () => {
    for await (const instance of pacs.retrieveSeries(study, series, never())) {
      assert.deepEqual(instance, files[0]);
      break;
    }
    assert.equal((await collectSeries(pacs.retrieveSeries(study, series, never()))).length, 5);
  });

  it('is broken off when a file goes missing in the middle of a series', async () => {
    const missing = tinyCt({ studyUid: '1.2.5', seriesUid: '1.2.5.1', sopInstanceUid: '1.2.5.1.1' });
    const kept = tinyCt({ studyUid: '1.2.5', seriesUid: '1.2.5.1', sopInstanceUid: '1.2.5.1.2' });
    await pacs.storeInstances('1.2.5', [kept], never());
    const before = new Set(await readdir(folder));
    await pacs.storeInstances('1.2.5', [missing], never());
    const [file] = (await readdir(folder)).filter((name) => !before.has(name));
    await rm(join(folder, file as string));
    await assert.rejects(collectSeries(pacs.retrieveSeries('1.2.5', '1.2.5.1', never())), {
      code: 'pacs-incomplete',
    });
  });

  it('keeps to its limits of instances, bytes of one and bytes of all', async () => {
    const total = files.reduce((sum, one) => sum + one.length, 0);
    const size = files[0]?.length ?? 0;
    for (const [limit, value] of [
      ['instances', 4],
      ['bytesPerInstance', size - 1],
      ['bytesPerSeries', total],
    ] as const) {
      const narrow = pacsAt(sandbox.url, { limits: { [limit]: value } });
      const error = { code: 'limit-exceeded', message: new RegExp(`limits\\.${limit} \\(${value} `) };
      await assert.rejects(collectSeries(narrow.retrieveSeries(study, series, never())), error);
      await narrow.close();
    }
    const narrow = pacsAt(sandbox.url, { limits: { jsonBytes: 100 } });
    await assert.rejects(narrow.searchSeries(study, never()), {
      code: 'limit-exceeded',
      message: /limits\.jsonBytes/,
    });
    await narrow.close();
  });

  it('gives 79 real slices byte for byte', { skip: sharedDataMissing }, async () => {
    const ct64 = sharedData('cip-ct64', 'ct-64Dicom');
    const real = await openSandboxPacs({ folder: ct64 });
    const client = pacsAt(real.url);
    try {
      const instances = await collectSeries(client.retrieveSeries(...ct64Uids, never()));
      const names = (await readdir(ct64, { recursive: true, withFileTypes: true })).filter((entry) =>
        entry.isFile(),
      );
      const onDisk = await Promise.all(names.map(({ parentPath, name }) => readFile(join(parentPath, name))));
      const sorted = (all: readonly Uint8Array[]) => all.map((one) => Buffer.from(one)).sort(Buffer.compare);
      assert.equal(instances.length, 79);
      assert.deepEqual(sorted(instances), sorted(onDisk));
      assert.equal((await client.retrieveMetadata(...ct64Uids, never(), asIs)).length, 79);
    } finally {
      await client.close();
      await real.close();
    }
  });
});
