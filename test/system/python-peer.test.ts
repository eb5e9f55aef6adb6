import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { disagreements } from '../../bench/peer/agreement.ts';
import { compareStudy } from '../../bench/peer/compare-study.ts';
import { pythonOf, pythonPeerMissing } from '../../bench/peer/open-python-peer.ts';
import { shippedModelsFolder } from '../../src/inference/shipped-models-folder.ts';
import { openSandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { studyUidOf } from '../support/study-uid-of.ts';

/** Outlines that differ by less than a voxel here and there. */
const sameOutline = 0.995;

/** bench/peer is the same pipeline written in Python on SciPy, OpenCV and SimpleITK: an independent second opinion. */
describe('the pipeline in Python that benchmarks are against', { skip: pythonPeerMissing() }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-python-peer-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function compare(files: string, int8: boolean) {
    const pacs = await openSandboxPacs({ folder: files });
    try {
      const study = { files, url: pacs.url, study: await studyUidOf(pacs.url), int8 };
      return await compareStudy(study, join(folder, 'masks'));
    } finally {
      await pacs.close();
    }
  }

  it('finds on a real chest what Lobar finds, voxel by voxel', { skip: sharedDataMissing }, async () => {
    const { differences, dice } = await compare(sharedData('cip-ct64', 'ct-64Dicom'), false);
    assert.deepEqual(disagreements(differences), []);
    assert.ok(dice.lungs > sameOutline, `Dice of the lungs ${dice.lungs}`);
    assert.ok(dice.opacities > sameOutline, `Dice of the opacities ${dice.opacities}`);
  });

  for (const int8 of [false, true]) {
    it(`and on a phantom in JPEG-LS, with the ${int8 ? 'INT8' : 'fp32'} networks`, async () => {
      const files = join(folder, int8 ? 'int8' : 'fp32');
      await writePhantomStudy(files, { slices: 90, matrix: 256, jpegLs: true });
      const { differences, dice } = await compare(files, int8);
      assert.deepEqual(disagreements(differences), []);
      assert.ok(dice.lungs > sameOutline, `Dice of the lungs ${dice.lungs}`);
      assert.ok(dice.opacities > sameOutline, `Dice of the opacities ${dice.opacities}`);
    });
  }

  it("leaves nothing of ONNX Runtime's telemetry in the home and temporary folders", async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const env = { PATH: process.env['PATH'], HOME: home, TMPDIR: home, PYTHONDONTWRITEBYTECODE: '1' };
    const cwd = join(import.meta.dirname, '../../bench/peer');
    // No study comes: it opens its networks and ends.
    execFileSync(pythonOf(), ['-m', 'peer', shippedModelsFolder], { cwd, env, input: '' });
    assert.deepEqual(await readdir(home), []);
  });
});
