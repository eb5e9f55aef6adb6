import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
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
});
