import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { LimitsConfig } from '../../src/config-schema.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import { type IngestOptions, ingestSeries } from '../../src/dicom/ingest-series.ts';
import { LobarError } from '../../src/errors.ts';
import { readNrrd } from '../support/read-nrrd.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { ctFile, limits } from './support/ct-file.ts';

const pool = openDecodePool({ threads: 2 });
after(() => pool.close());

const ingest = (instances: AsyncIterable<Uint8Array>, options: Partial<IngestOptions> = {}) =>
  ingestSeries(instances, { pool, limits, signal: new AbortController().signal, ...options });

/** Instances one after another, telling what was asked for and whether it was closed. */
function source(files: readonly Uint8Array[], pause = 0) {
  const state = { given: 0, closed: false };
  async function* give() {
    try {
      for (const file of files) {
        if (pause > 0) await delay(pause);
        state.given += 1;
        yield file;
      }
    } finally {
      state.closed = true;
    }
  }
  return { state, instances: give() };
}

/** Rows to the right and columns to the front: such slices have to be turned, which workers do. */
const turned = (z: number) => ctFile(z, 1124 + z, [['00200037', 'DS', '-1\\0\\0\\0\\-1\\0']]);

/** Slices of one value each: the height in mm plus 100, so that HU tell where a slice went. */
const slices = (heights: readonly number[]) => heights.map((z) => ctFile(z, 1124 + z));

describe('a series on its way in', () => {
  it('becomes a volume from feet to head, in whatever order it arrives', async () => {
    const files = slices([4, 0, 2, 3, 1]);
    const sent = files.reduce((sum, { length }) => sum + length, 0);
    const seen: number[] = [];
    const { volume, headers, warnings, instances, bytes } = await ingest(source(files).instances, {
      onSlice: (done) => seen.push(done),
    });
    assert.deepEqual(volume.shape, [5, 2, 3]);
    assert.deepEqual(volume.spacingMm, [1, 0.7, 0.5]);
    assert.deepEqual(volume.originMm, [-10, -20, 0]);
    // ctFile: stored first + 0..5, intercept -1024.
    assert.deepEqual(
      [...volume.data],
      [0, 1, 2, 3, 4].flatMap((z) => [0, 1, 2, 3, 4, 5].map((i) => 100 + z + i)),
    );
    assert.ok(volume.data.buffer instanceof SharedArrayBuffer);
    assert.deepEqual(
      headers.map(({ imagePositionPatient }) => imagePositionPatient?.[2]),
      [0, 1, 2, 3, 4],
    );
    assert.deepEqual([warnings, instances], [[], 5]);
    assert.equal(bytes, sent);
    assert.deepEqual(seen, [1, 2, 3, 4, 5]);
  });

  it('is turned to the canonical orientation', async () => {
    // Rows to the right and columns to the front: turned half round (orientation.test.ts).
    const files = [0, 1].map((z) => ctFile(z, 1024, [['00200037', 'DS', '-1\\0\\0\\0\\-1\\0']]));
    const { volume } = await ingest(source(files).instances);
    assert.deepEqual([...volume.data.subarray(0, 6)], [5, 4, 3, 2, 1, 0]);
    assert.deepEqual(volume.originMm, [-11, -20.7, 0]);
  });

  it('loses what lies at a position twice, with a warning', async () => {
    const { volume, warnings, instances } = await ingest(source(slices([0, 1, 1, 2, 0])).instances);
    assert.deepEqual([volume.shape[0], instances], [3, 5]);
    assert.deepEqual([...volume.data.filter((_, i) => i % 6 === 0)], [100, 101, 102]);
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['duplicate-slices'],
    );
  });

  it('says of every instance that it came, also of one that is no slice', async () => {
    const { sopInstanceUids, headers } = await ingest(source(slices([0, 1, 2, 1])).instances);
    // ctFile: 2.25.(1000 + 10 z + 10000 first), first being 1124 + z.
    assert.deepEqual(sopInstanceUids, new Set(['2.25.11241000', '2.25.11251010', '2.25.11261020']));
    assert.equal(headers.length, 3);
    const twins = [ctFile(0), ctFile(1), ctFile(1, 7)];
    const twice = await ingest(source(twins).instances);
    assert.deepEqual(twice.sopInstanceUids, new Set(['2.25.1000', '2.25.1010', '2.25.71010']));
    assert.deepEqual([twice.headers.length, twice.instances], [2, 3]);
  });

  it('grows where more comes than was announced', async () => {
    const heights = Array.from({ length: 100 }, (_, k) => (k * 37) % 100);
    const { volume } = await ingest(source(slices(heights)).instances, { expectedSlices: 3 });
    assert.deepEqual(
      [...volume.data.filter((_, i) => i % 6 === 0)],
      Array.from({ length: 100 }, (_, k) => 100 + k),
    );
  });

  it('lies where it is expected, and in order also where it was expected elsewhere', async () => {
    const heights = [4, 0, 2, 3, 1];
    // Right, wrong, taken already, out of range, for some unknown, and of a shorter series.
    const expectations: readonly ((z: number) => number | undefined)[] = [
      (z) => z,
      (z) => 4 - z,
      () => 0,
      (z) => z * 100 - 1,
      (z) => (z % 2 === 0 ? z : undefined),
      (z) => z + 0.5,
    ];
    for (const make of [turned, (z: number) => ctFile(z, 1124 + z)]) {
      const { volume: expected } = await ingest(source(heights.map(make)).instances);
      for (const [k, expectedAt] of expectations.entries()) {
        for (const expectedSlices of [5, 3, 9]) {
          const { volume, headers } = await ingest(source(heights.map(make)).instances, {
            expectedSlices,
            expectedSlot: ({ imagePositionPatient }) => expectedAt(imagePositionPatient?.[2] ?? Number.NaN),
          });
          assert.deepEqual([...volume.data], [...expected.data], `expectation ${k} of ${expectedSlices}`);
          assert.equal(headers[4]?.imagePositionPatient?.[2], 4);
        }
      }
    }
  });

  it('may be as large as the limit where every slice was expected elsewhere', async () => {
    const heights = [0, 1, 2, 3];
    const options = { limits: { ...limits, voxels: 24 }, expectedSlices: 40, expectedSlot: () => 39 };
    const { volume } = await ingest(source(slices(heights)).instances, options);
    assert.deepEqual([...volume.data.filter((_, i) => i % 6 === 0)], [100, 101, 102, 103]);
    await assert.rejects(ingest(source(slices([...heights, 4])).instances, options), {
      code: 'limit-exceeded',
    });
  });

  it('may mix slices that workers make with those that none is needed for', async () => {
    // The second rescales in its own way, for which there is no table at hand.
    const other = ctFile(1, 1024, [['00281052', 'DS', '-1000']]);
    const { volume } = await ingest(source([ctFile(0), other, ctFile(2)]).instances);
    assert.deepEqual([...volume.data.filter((_, i) => i % 6 === 0)], [-1024, 24, -1024]);
  });

  it('may come as views of a larger buffer, which stays usable', async () => {
    const files = slices([0, 1, 2]);
    const large = Buffer.concat(files);
    const views = files.map((file) => {
      const at = large.indexOf(file);
      return large.subarray(at, at + file.length);
    });
    const { volume } = await ingest(source(views).instances);
    assert.equal(volume.shape[0], 3);
    assert.deepEqual(large, Buffer.concat(files));
  });

  it('is asked for no faster than it is decoded', async () => {
    let free = 0;
    const slow = {
      ...pool,
      threads: 1,
      async decodeSlice(task: Parameters<typeof pool.decodeSlice>[0]) {
        await delay(5);
        const slice = await pool.decodeSlice(task);
        free += 1;
        return slice;
      },
    };
    const { instances, state } = source([0, 1, 2, 3, 4, 5, 6, 7].map(turned));
    let most = 0;
    async function* watched() {
      for await (const instance of instances) {
        most = Math.max(most, state.given - free);
        yield instance;
      }
    }
    await ingest(watched(), { pool: slow });
    assert.ok(most <= 2, `${most} instances at a time for one worker`);
  });

  const refused: Readonly<Record<string, { files: readonly Uint8Array[]; code: string; limits?: object }>> = {
    'of no instances': { files: [], code: 'no-images' },
    'of one instance': { files: slices([0]), code: 'geometry-inconsistent' },
    'with a gap': { files: slices([0, 1, 2, 4, 5]), code: 'geometry-inconsistent' },
    'of two sizes': {
      files: [...slices([0, 1]), ctFile(2, 0, [['00280010', 'US', [3]]])],
      code: 'geometry-inconsistent',
    },
    'of two series': {
      files: [...slices([0, 1]), ctFile(2, 0, [['0020000E', 'UI', '2.25.99']])],
      code: 'identity-mismatch',
    },
    'of two studies': {
      files: [...slices([0, 1]), ctFile(2, 0, [['0020000D', 'UI', '2.25.99']])],
      code: 'identity-mismatch',
    },
    'of two patients': {
      files: [...slices([0, 1]), ctFile(2, 0, [['00100020', 'LO', 'P2']])],
      code: 'several-patients',
    },
    'of one patient number from two issuers': {
      files: ['A', 'B'].map((issuer, z) =>
        ctFile(z, 0, [
          ['00100020', 'LO', 'P1'],
          ['00100021', 'LO', issuer],
        ]),
      ),
      code: 'several-patients',
    },
    'with something else in it': { files: [...slices([0]), new Uint8Array(500)], code: 'not-dicom' },
    'with short pixel data': {
      files: [...slices([0]), ctFile(1).subarray(0, -4)],
      code: 'pixel-data-length',
    },
    'without a rescale': {
      files: [...slices([0]), ctFile(1, 0, [['00281053', 'DS', '']])],
      code: 'dicom-invalid',
    },
    'of too many instances': {
      files: slices([0, 1, 2]),
      code: 'limit-exceeded',
      limits: { instances: 2 },
    },
    'of too many voxels': { files: slices([0, 1, 2]), code: 'limit-exceeded', limits: { voxels: 12 } },
    'of too many bytes': { files: slices([0, 1]), code: 'limit-exceeded', limits: { bytesPerSeries: 1000 } },
    'with too large an instance': {
      files: slices([0]),
      code: 'limit-exceeded',
      limits: { bytesPerInstance: 100 },
    },
  };
  for (const [what, { files, code, limits: lowered }] of Object.entries(refused)) {
    it(`is refused ${what}, and its source closed`, async () => {
      const { instances, state } = source(files);
      const own: LimitsConfig = { ...limits, ...lowered };
      await assert.rejects(ingest(instances, { limits: own }), (error) => {
        return error instanceof LobarError && error.code === code && !/2\.25/.test(error.message);
      });
      assert.ok(state.closed);
    });
  }

  it('is made by force where it lies unevenly or tilted, with a warning', async () => {
    const tilted = [0, 1, 2].map((z) => ctFile(z, 1124 + z, [['00200032', 'DS', `-10\\${z - 20}\\${z}`]]));
    const oblique = [0, 1, 2].map((z) =>
      ctFile(z, 1124 + z, [
        ['00200032', 'DS', `-10\\${-0.5 * z}\\${0.8660254 * z}`],
        ['00200037', 'DS', '1\\0\\0\\0\\0.8660254\\0.5'],
      ]),
    );
    const shifted = [0, 1, 2].map((z) =>
      ctFile(z, 1124 + z, [['00200032', 'DS', `${z === 1 ? 0 : -10}\\-20\\${z}`]]),
    );
    for (const [code, files] of [
      ['missing-slices', slices([0, 1, 2, 8])],
      ['gantry-tilt', tilted],
      ['not-axial', oblique],
      ['mixed-geometry', shifted],
    ] as const) {
      // Ingesting takes the bytes away.
      const copies = files.map((file) => file.slice());
      await assert.rejects(ingest(source(copies).instances), { code: 'geometry-inconsistent' });
      const { volume, warnings } = await ingest(source(files).instances, { force: true });
      assert.equal(volume.shape[0], files.length);
      assert.ok(Math.abs(volume.spacingMm[0] - 1) < 1e-6, `${code}: ${volume.spacingMm[0]} mm`);
      assert.deepEqual(
        warnings.map((warning) => warning.code),
        [code],
      );
      assert.match(warnings[0]?.text ?? '', /by force: positions, sizes and volumes are approximate\.$/);
    }
  });

  it('is refused even by force where it makes no volume at all', async () => {
    const sagittal = [0, 1, 2].map((x) =>
      ctFile(x, 0, [
        ['00200032', 'DS', `${x}\\-20\\0`],
        ['00200037', 'DS', '0\\1\\0\\0\\0\\-1'],
      ]),
    );
    for (const files of [
      slices([5]),
      sagittal,
      [...slices([0, 1]), ctFile(2, 0, [['00280030', 'DS', '0.7\\0.6']])],
      [...slices([0, 1]), ctFile(2, 0, [['00200037', 'DS', '']])],
    ]) {
      await assert.rejects(ingest(source(files).instances, { force: true }), {
        code: 'geometry-inconsistent',
      });
    }
  });

  it('ends with its source’s own error', async () => {
    async function* breaksOff() {
      yield ctFile(0);
      throw new LobarError('pacs-incomplete', { pacs: 'main', problem: 'it hung up' });
    }
    await assert.rejects(ingest(breaksOff()), { code: 'pacs-incomplete' });
  });

  it('stops at once when aborted, even while its source is silent', async () => {
    const controller = new AbortController();
    async function* silent() {
      yield ctFile(0);
      await new Promise(() => {});
    }
    const running = ingest(silent(), { signal: controller.signal });
    await delay(20);
    controller.abort();
    await assert.rejects(running, { code: 'cancelled' });
  });

  it('passes on the reason of an abort, and closes its source', async () => {
    const reason = new LobarError('deadline-exceeded', { seconds: 1 });
    const { instances, state } = source(Array.from({ length: 40 }, (_, z) => ctFile(z)));
    const controller = new AbortController();
    const onSlice = () => controller.abort(reason);
    await assert.rejects(ingest(instances, { signal: controller.signal, onSlice }), {
      code: 'deadline-exceeded',
    });
    assert.ok(state.closed);
    assert.ok(state.given < 40);
  });
});

describe('a real chest', { skip: sharedDataMissing }, () => {
  it('is voxel by voxel the volume that another tool made of it', async () => {
    const [study] = await readStudyFiles([sharedData('cip-ct64', 'ct-64Dicom')], limits);
    const [series] = study?.series ?? [];
    assert.ok(study && series);
    const { volume } = await ingest(study.instances(series.uid));
    // ct-64.nrrd: the Chest Imaging Platform's own file, [z, y, x] with x fastest, left-posterior-superior.
    const expected = new Int16Array(Uint8Array.from(readNrrd(sharedData('cip-ct64', 'ct-64.nrrd'))).buffer);
    assert.deepEqual(volume.shape, [79, 64, 64]);
    assert.deepEqual(Int16Array.from(volume.data), expected);
    assert.ok(Math.abs(volume.spacingMm[0] - 3.98734177) < 1e-5);
    assert.deepEqual(volume.originMm, [-128.414, -264.414, -360.256]);
  });

  it('is refused by name in a transfer syntax that is not read', async () => {
    const file = 'CTImage.dcm_JPEGProcess10_12TransferSyntax_1.2.840.10008.1.2.4.55.dcm';
    const [study] = await readStudyFiles([sharedData('transfer-syntaxes', file)], limits);
    const [series] = study?.series ?? [];
    assert.ok(study && series);
    await assert.rejects(ingest(study.instances(series.uid)), {
      code: 'transfer-syntax-unsupported',
      message: /1\.2\.840\.10008\.1\.2\.4\.55 \(JPEG Full Progression/,
    });
  });
});
