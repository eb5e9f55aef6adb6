import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { AnalysedCase } from '../../src/evaluation/case-result.ts';
import type { Metrics } from '../../src/evaluation/metrics.ts';
import { openSandboxPacs, type SandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomCohort, writePhantomCohort } from '../support/phantom-cohort.ts';
import { runInProcess } from '../support/run-in-process.ts';
import { runLobar, startLobar } from '../support/run-lobar.ts';

describe('lobar evaluate', () => {
  let folder = '';
  let cohort: PhantomCohort;
  let pacs: SandboxPacs;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-evaluate-'));
    cohort = await writePhantomCohort(folder, [
      { seed: 1, pathology: 'covid-19', label: 'covid-19' },
      { seed: 2, pathology: 'none', label: 'no-imaging-signs' },
    ]);
    pacs = await openSandboxPacs({ folder: join(folder, 'case-2', 'images') });
  });
  after(async () => {
    await pacs.close();
    await rm(folder, { recursive: true });
  });
  const caseOf = async (out: string, id: string) =>
    JSON.parse(await readFile(join(out, 'cases', `${id}.json`), 'utf8')) as AnalysedCase;

  it('measures the pipeline on folders with masks, and goes on where it ended', async () => {
    const out = join(folder, 'out');
    const first = await runLobar(['evaluate', cohort.table, '--out', out, '--resamples', '20']);
    assert.equal(first.code, 0, first.stderr);
    assert.match(first.stderr, /^ {2}1\/2 case-1 analysed \(about \d+ s left\)\n {2}2\/2 case-2 analysed\n$/);
    assert.match(first.stdout, /2 cases: 2 analysed, 0 not eligible, 0 failed/);
    assert.match(first.stdout, /Research use\./);

    // What the phantom itself says of its masks, to a thousandth.
    for (const [id, truth] of cohort.truths) {
      const measured = await caseOf(out, id);
      assert.ok(Math.abs((measured.truth.lungMl ?? 0) - truth.lungMl) < 0.001);
      assert.ok(Math.abs((measured.truth.opacityMl ?? 0) - truth.opacityMl) < 0.001);
      assert.ok(Math.abs((measured.truth.percent ?? 0) - truth.percent) < 0.001);
      // Coarse phantoms, but lungs on their own grid and not on another one.
      const { truth: a = 0, predicted = 0, both = 0 } = measured.lungs ?? {};
      assert.ok((2 * both) / (a + predicted) > 0.9, `${id}: ${both} of ${a} and ${predicted}`);
    }

    const second = await runLobar(['evaluate', cohort.table, '--out', out, '--resamples', '20', '--json']);
    assert.equal(second.code, 0, second.stderr);
    assert.match(
      second.stderr,
      /case-1 analysed \(from an earlier run\)\n.*case-2 analysed \(from an earlier run\)\n$/,
    );
    const metrics = JSON.parse(second.stdout) as Metrics;
    assert.deepEqual(JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')), metrics);
    assert.equal(metrics.models.length, 3);
    assert.match(await readFile(join(out, 'report.html'), 'utf8'), /^<!doctype html>/);
  });

  it('fetches a study of a PACS, and ends with 4 where a case failed', async () => {
    const config = join(folder, 'lobar.yaml');
    await writeFile(config, `pacs: { near: { url: '${pacs.url}' } }\n`);
    const table = join(folder, 'pacs.csv');
    const uid = cohort.studyUids.get('case-2');
    await writeFile(table, `id,study,opacities\nhere,${uid},case-2/opacities.nrrd\ngone,2.25.404,\n`);
    const out = join(folder, 'of-pacs');
    const { code, stderr } = await runLobar(['evaluate', table, '--out', out, '--config', config]);
    assert.equal(code, 4, stderr);
    assert.match(stderr, /1\/2 here analysed/);
    assert.match(stderr, /2\/2 gone failed: study-not-found:/);
    assert.equal((await caseOf(out, 'here')).opacities?.network.truth, 0);
  });

  it('ends with 3 where a case is not eligible, unless it is forced', async () => {
    const config = join(folder, 'thin.yaml');
    await writeFile(config, 'eligibility: { maxSliceThicknessMm: 1 }\n');
    const { code, stderr } = await runLobar([
      'evaluate',
      cohort.table,
      '--out',
      join(folder, 'thin'),
      '-c',
      config,
    ]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /1\/2 case-1 ineligible: slice-too-thick/);
    const one = join(folder, 'one.csv');
    await writeFile(one, 'id,study\nonly,case-1/images\n');
    const out = join(folder, 'forced');
    const forced = await runLobar(['evaluate', one, '--out', out, '-c', config, '--force']);
    assert.equal(forced.code, 0, forced.stderr);
    const { warnings } = await caseOf(out, 'only');
    assert.ok(warnings.includes('forced') && warnings.includes('slice-too-thick'));
  });

  it('ends at SIGTERM as at Ctrl-C: what is finished stays, and the rest says that it was cancelled', async () => {
    const table = join(folder, 'long.csv');
    const rows = Array.from({ length: 20 }, (_, at) => `again-${at},case-1/images\n`);
    await writeFile(table, `id,study\n${rows.join('')}`);
    const out = join(folder, 'ended');
    const child = startLobar(['evaluate', table, '--out', out]);
    let said = '';
    child.stderr?.on('data', (more: Buffer) => {
      if (said === '') child.kill('SIGTERM');
      said += more;
    });
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal], [1, null], said);
    assert.match(said, /^ {2} 1\/20 again-0 analysed.*\ncancelled: /);
    assert.equal((await caseOf(out, 'again-0')).outcome, 'analysed');
  });

  it('ends with 2 and all mistakes, before any model is opened', async () => {
    const table = join(folder, 'wrong.csv');
    await writeFile(table, 'study,label\nnowhere,covid\n');
    const out = join(folder, 'never');
    for (const [args, text] of [
      [
        [table, '--out', out],
        /cohort-invalid: .* 2 mistake\(s\):\n {2}line 2: its label .*\n {2}line 2: its study/,
      ],
      [[table], /--out/],
      [[table, table, '--out', out], /one cohort table/],
      [[cohort.table, '--out', out, '--lobe-labels', '1,2,3,4,4'], /five different labels/],
      [[cohort.table, '--out', out, '--resamples', 'many'], /--resamples takes a whole number from 1 on/],
      [[cohort.table, '--out', out, '--pacs', 'near'], /--pacs names a PACS, but the configuration has none/],
      [[cohort.table, '--out', out, '--subgroups', 'site'], /no column 'site'/],
    ] as const) {
      const { code, out: shown, note } = await runInProcess('evaluate', ...args);
      assert.equal(code, 2, note);
      assert.match(note, text);
      assert.equal(shown, '');
    }
  });
});
