import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { analyze } from '../../src/analysis/analyze.ts';
import { fileSource } from '../../src/analysis/file-source.ts';
import { noReporter } from '../../src/analysis/reporting/no-reporter.ts';
import { checkConfig } from '../../src/config.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { noAuditTrail } from '../../src/fhir/audit/open-audit-trail.ts';
import { openInferenceEngine } from '../../src/inference/open-inference-engine.ts';
import { shippedModelsFolder } from '../../src/inference/shipped-models-folder.ts';
import { readNrrd } from '../support/read-nrrd.ts';
import { runLobar } from '../support/run-lobar.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';

describe('lobar analyze on real scans', { skip: sharedDataMissing }, () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-lidc-'));
    execFileSync('tar', ['xJf', sharedData('lidc-0314', 'LIDC-IDRI-0314_CT_275dcm.tar.xz'), '-C', folder]);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  it('finishes on 275 slices with plausible lungs and a live main thread', async () => {
    const { code, stdout, stderr } = await runLobar(['analyze', folder, '--json']);
    assert.equal(code, 0, stderr);
    const analysis = JSON.parse(stdout) as Analysis;
    const found = analysis.involvement;
    assert.ok(found !== undefined);
    assert.equal(analysis.series?.slices, 275);
    assert.ok(found.lungMl > 2000 && found.lungMl < 8000, `${found.lungMl} mL`);
    for (const lobe of found.lobes) assert.ok(lobe.lungMl > 0, lobe.lobe);
    // The right upper lobe of this patient is collapsed, so the right lung is the smaller one: this also shows
    // that right is right.
    assert.ok(
      found.right.lungMl < found.left.lungMl,
      `right ${found.right.lungMl}, left ${found.left.lungMl}`,
    );
    const { eventLoopP99 = Number.NaN } = analysis.timingsMs;
    assert.ok(eventLoopP99 <= 50, `event loop delay p99 ${eventLoopP99} ms`);
  });

  it('refuses 4 mm slices with exit code 3 and the reason, and analyses them by force with a warning', async () => {
    const slices = sharedData('cip-ct64', 'ct-64Dicom');
    const refused = await runLobar(['analyze', slices, '--json']);
    assert.equal(refused.code, 3, refused.stderr);
    const ineligible = JSON.parse(refused.stdout) as Analysis;
    assert.equal(ineligible.outcome, 'ineligible');
    assert.ok(ineligible.reasons?.[0]?.reasons.some(({ code }) => code === 'slice-too-thick'));

    const forced = await runLobar(['analyze', slices, '--force', '--json']);
    assert.equal(forced.code, 0, forced.stderr);
    const analysis = JSON.parse(forced.stdout) as Analysis;
    assert.equal(analysis.outcome, 'analysed');
    assert.ok(analysis.warnings.some(({ code }) => code === 'forced'));
    const { eventLoopP99 = Number.NaN } = analysis.timingsMs;
    assert.ok(eventLoopP99 <= 50, `event loop delay p99 ${eventLoopP99} ms`);
  });

  it('finds the lungs that an expert outlined, on the right sides', async () => {
    const config = checkConfig({});
    const engine = await openInferenceEngine(config.inference, { modelsFolder: shippedModelsFolder });
    const decodePool = openDecodePool({ threads: 0 });
    const source = await fileSource([sharedData('cip-ct64', 'ct-64Dicom')], config.limits);
    const { masks } = await analyze(
      { id: 'dice', source: async () => source, force: true, keepMasks: true },
      { engine, decodePool, reporter: noReporter, config, audit: noAuditTrail },
      { signal: new AbortController().signal },
    );
    await Promise.all([engine.close(), decodePool.close()]);
    assert.ok(masks !== undefined);

    // lm-64.nrrd: uint16 on the same grid; region = value & 255, 9 to 11 left thirds, 12 to 14 right.
    const expert = readNrrd(sharedData('cip-ct64', 'lm-64.nrrd'));
    const count = { found: 0, expert: 0, both: 0, sameSide: 0 };
    masks.lobes.data.forEach((label, voxel) => {
      const region = expert.readUInt16LE(2 * voxel) & 255;
      const inside = region >= 9 && region <= 14;
      if (label > 0) count.found += 1;
      if (inside) count.expert += 1;
      if (label === 0 || !inside) return;
      count.both += 1;
      if (label <= 3 === region >= 12) count.sameSide += 1;
    });
    const dice = (2 * count.both) / (count.found + count.expert);
    assert.ok(dice >= 0.95, `Dice ${dice}`);
    assert.ok(count.sameSide / count.both > 0.99, `${count.sameSide} of ${count.both} on the right side`);
  });
});
