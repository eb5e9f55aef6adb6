import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { demoStudy } from '../../../src/sandbox/demo-study.ts';
import {
  demoPhantom,
  demoSeriesFolders,
  demoSeriesHeaders,
  demoStudyHeader,
} from '../../../src/sandbox/phantom/demo-study-plan.ts';
import { axialImage } from '../../../src/sandbox/phantom/phantom-images.ts';
import { openJpegLsPixels } from '../../../src/sandbox/phantom/pixel-encoders.ts';
import { planScan, scanSlice } from '../../../src/sandbox/phantom/scan-slice.ts';
import { createScene } from '../../../src/sandbox/phantom/scene.ts';
import { phantomInstance } from '../../../src/sandbox/phantom/write-phantom-series.ts';

const filesBelow = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('the demo study', () => {
  test('is three series of less than 8 MB in all', async () => {
    const files = await filesBelow(demoStudy.folder);
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    assert.equal(files.length, 2 + 116 + 58);
    assert.ok(sizes.reduce((a, b) => a + b, 0) < 8e6);
  });

  test('is what the generator makes, byte for byte, and its truth is what the generator counts', async () => {
    const scene = createScene(demoPhantom.seed, demoPhantom.pathology);
    const scan = planScan(scene, demoPhantom.shape, demoPhantom.spacingMm);
    const encode = await openJpegLsPixels();
    const series = { study: demoStudyHeader, header: demoSeriesHeaders.chest };
    let lung = 0;
    let opacity = 0;
    // Every sixth slice: fast, and a sixth of the truth within what a lesion changes over 15 mm.
    for (let k = 3; k < demoPhantom.shape[0]; k += 6) {
      const slice = scanSlice(scene, scan, k);
      const file = join(demoStudy.folder, demoSeriesFolders.chest, `${String(k + 1).padStart(4, '0')}.dcm`);
      const bytes = phantomInstance(series, axialImage(scan, slice.hu, k), k, encode);
      assert.ok(Buffer.from(bytes).equals(await readFile(file)), `slice ${k} differs: npm run demo:generate`);
      lung += slice.lobes.filter((label) => label > 0).length;
      opacity += slice.opacities.filter((label) => label > 0).length;
    }
    const ml = (6 * 2.5 * 1.4 * 1.4) / 1000;
    assert.ok(Math.abs((lung * ml) / demoStudy.truth.lungMl - 1) < 0.03, `${lung * ml}`);
    assert.ok(Math.abs((opacity * ml) / demoStudy.truth.opacityMl - 1) < 0.1, `${opacity * ml}`);
  });

  test('has a truth that adds up', () => {
    const { truth } = demoStudy;
    const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 0.01, `${a} ${b}`);
    for (const measure of ['lungMl', 'opacityMl'] as const) {
      near(
        truth.lobes.reduce((sum, lobe) => sum + lobe[measure], 0),
        truth[measure],
      );
      near(truth.right[measure] + truth.left[measure], truth[measure]);
    }
    for (const region of [truth, truth.right, truth.left, ...truth.lobes]) {
      near((region.opacityMl / region.lungMl) * 100, region.percent);
    }
    assert.deepEqual(
      truth.lobes.map(({ lobe }) => lobe),
      ['RUL', 'RML', 'RLL', 'LUL', 'LLL'],
    );
  });

  test('says everywhere that it is a phantom', () => {
    assert.equal(demoStudy.patient.name, 'PHANTOM^DEMO');
    assert.equal(demoStudy.studyInstanceUid, demoStudyHeader.studyInstanceUid);
    for (const { description } of Object.values(demoSeriesHeaders)) assert.match(description, /PHANTOM/);
  });
});
