import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { runLobar } from '../support/run-lobar.ts';

describe('npm run demo', () => {
  it('analyses the demo study over HTTP, publishes it and prints one JSON document on stdout', async () => {
    const { code, stdout, stderr } = await runLobar(['demo', '--once', '--json']);
    assert.equal(code, 0, stderr);
    const analysis = JSON.parse(stdout) as Analysis;
    assert.equal(analysis.outcome, 'published');
    assert.equal(analysis.study.uid, demoStudy.studyInstanceUid);
    assert.match(analysis.published?.report ?? '', /^DiagnosticReport\/[0-9a-f-]{36}$/);
    assert.equal(analysis.published?.alreadyPublished, false);

    // The truth is counted from the phantom's own masks. The bounds are what these reference networks must
    // keep up; how close they come is printed by the demo and stands in the cards.
    const { truth } = demoStudy;
    const found = analysis.involvement;
    assert.ok(found !== undefined);
    assert.ok(
      Math.abs(found.lungMl - truth.lungMl) < 0.05 * truth.lungMl,
      `lung ${found.lungMl} of ${truth.lungMl} mL`,
    );
    assert.ok(
      Math.abs(found.opacityMl - truth.opacityMl) < 0.2 * truth.opacityMl,
      `opacity ${found.opacityMl} of ${truth.opacityMl} mL`,
    );
    for (const lobe of found.lobes) {
      const known = truth.lobes.find((one) => one.lobe === lobe.lobe);
      assert.ok(known !== undefined);
      assert.ok(
        Math.abs(lobe.lungMl - known.lungMl) < 0.2 * known.lungMl,
        `${lobe.lobe} ${lobe.lungMl} of ${known.lungMl} mL`,
      );
    }
    // The demo study also holds series that are not eligible: each is named with its reasons.
    assert.ok((analysis.series?.others.length ?? 0) >= 1);
    for (const other of analysis.series?.others ?? []) assert.ok(other.reasons.length > 0);
  });
});
