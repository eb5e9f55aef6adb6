import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { commands } from '../../src/cli/run-command-line.ts';
import { checkConfig } from '../../src/config.ts';
import { readMask } from '../../src/masks/read-mask.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { runInProcess as lobar } from '../support/run-in-process.ts';

describe('the command line', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-cli-'));
    await writePhantomStudy(join(folder, 'good'));
    await writePhantomStudy(join(folder, 'thick'), { spacingMm: 5, slices: 40 });
    await writeFile(join(folder, 'notes.txt'), 'no image');
  });
  after(() => rm(folder, { recursive: true }));

  it('helps everywhere', async () => {
    const { code, out } = await lobar('--help');
    assert.equal(code, 0);
    const names = [...out.matchAll(/^ {2}([a-z-]+) {2,}/gm)].map(([, name]) => name ?? '');
    assert.deepEqual(names, [
      'serve',
      'watch',
      'demo',
      'analyze',
      'inspect',
      'evaluate',
      'models',
      'config',
      'dead-letters',
      'sandbox',
      'openapi',
    ]);
    for (const name of names) {
      const help = await lobar(name, '--help');
      assert.equal(help.code, 0, name);
      assert.match(help.out, new RegExp(`^Usage: lobar ${name}`));
    }
  });

  it('names each command as the command names itself', async () => {
    for (const [name, load] of Object.entries(commands)) assert.equal((await load()).name, name);
  });

  it('ends with 2 on wrong usage, and says what to try', async () => {
    for (const argv of [
      [],
      ['analyse'],
      ['analyze'],
      ['analyze', '--jsn', 'x'],
      ['inspect'],
      ['inspect', 'neither-path-nor-uid'],
      ['evaluate'],
      ['evaluate', 'cohort.csv'],
      ['serve', 'x'],
      ['demo', 'x'],
      ['models', 'x'],
      ['sandbox', 'x'],
      ['openapi', 'x'],
      ['config', 'x'],
    ]) {
      const { code, out, note } = await lobar(...argv);
      assert.equal(code, 2, argv.join(' '));
      assert.equal(out, '');
      assert.match(note, /--help|Usage/);
    }
    assert.equal((await lobar('analyze', folder, '--json', '--fhir')).code, 2);
    const ofUid = await lobar('analyze', '2.25.404');
    assert.equal(ofUid.code, 2);
    assert.match(ofUid.note, /--server <url> --study <uid>, or to lobar inspect/);
  });

  it('lets no detail of a failure steer the terminal or begin a line of its own', async () => {
    const uid = '2.25.4\u001b[31m\nok: done';
    const { code, note } = await lobar('inspect', join(folder, 'good'), '--series', uid);
    assert.equal(code, 4);
    assert.match(note, /seriesInstanceUid: 2\.25\.4 \[31m ok: done\n$/);
  });

  it('checks a configuration', async () => {
    const file = join(folder, 'lobar.yaml');
    await writeFile(file, 'http: { port: 8081 }\n');
    const good = await lobar('config', 'check', file);
    assert.equal(good.code, 0);
    assert.equal(JSON.parse(good.out).http.port, 8081);
    await writeFile(file, 'htp: {}\n');
    const bad = await lobar('config', 'check', file);
    assert.equal(bad.code, 2);
    assert.match(bad.note, /htp: no such setting/);
  });

  it('says so where a configuration to be checked is empty', async () => {
    const file = join(folder, 'empty.yaml');
    for (const nothing of ['', '# http: { port: 8081 }\n', '{}']) {
      await writeFile(file, nothing);
      const { code, note } = await lobar('config', 'check', file);
      assert.equal(code, 0);
      assert.match(note, /empty\.yaml says nothing: these are the defaults/);
    }
    await writeFile(file, 'http: { port: 8081 }\n');
    assert.equal((await lobar('config', 'check', file)).note, '');
  });

  it('lists the model packages and verifies them', async () => {
    const { code, out } = await lobar('models', '--json');
    assert.equal(code, 0);
    const packages = JSON.parse(out) as { name: string; ok: boolean; trainingData: string }[];
    assert.equal(packages.length, 3);
    for (const one of packages) {
      assert.ok(one.ok, one.name);
      assert.match(one.trainingData, /phantom/i);
    }
  });

  it('analyses a folder: one JSON document on stdout, everything else on stderr, nothing published', async () => {
    const { code, out, note } = await lobar('analyze', join(folder, 'good'), '--json');
    assert.equal(code, 0, note);
    const analysis = JSON.parse(out) as Analysis;
    assert.equal(analysis.outcome, 'analysed');
    assert.equal(analysis.published, undefined);
    assert.match(note, /lungs and lobes/);
  });

  it('prints the Bundle that would be published, and writes the masks where it is told', async () => {
    const masks = join(folder, 'masks');
    const { code, out, note } = await lobar('analyze', join(folder, 'good'), '--fhir', '--masks', masks);
    assert.equal(code, 0);
    const bundle = JSON.parse(out) as fhir4.Bundle;
    const types = (bundle.entry ?? []).map(({ resource }) => resource?.resourceType);
    // FHIR.md: Device, 5 lobes + classification + involvement + severity, report, provenance.
    assert.deepEqual(types, ['Device', ...Array(8).fill('Observation'), 'DiagnosticReport', 'Provenance']);
    assert.match(note, /^Masks in .*: lobes\.nrrd/m);
    const { limits } = checkConfig({});
    const size = async (name: string) => (await readMask(join(masks, name), limits)).blocks[0]?.size;
    const ofLobes = await size('lobes.nrrd');
    for (const name of ['opacities.nrrd', 'airways.nrrd', 'vessels.nrrd']) {
      assert.deepEqual(await size(name), ofLobes, name);
    }
  });

  it('ends with 3 when the study is not eligible, and says why', async () => {
    const { code, out } = await lobar('analyze', join(folder, 'thick'));
    assert.equal(code, 3);
    assert.match(out, /slice-too-thick/);
  });

  it('analyses it by force, with a warning', async () => {
    const { code, out } = await lobar('analyze', join(folder, 'thick'), '--force', '--json');
    assert.equal(code, 0);
    const codes = (JSON.parse(out) as Analysis).warnings.map((warning) => warning.code);
    assert.ok(codes.includes('forced') && codes.includes('slice-too-thick'), codes.join());
  });

  it('ends with 4 when there is no image, or images of two studies', async () => {
    assert.equal((await lobar('analyze', join(folder, 'notes.txt'))).code, 4);
    const missing = await lobar('analyze', join(folder, 'not-there'));
    assert.equal(missing.code, 4, missing.note);
    await writePhantomStudy(join(folder, 'two'), { slices: 3 });
    await writePhantomStudy(join(folder, 'two'), { slices: 3, seed: 2 });
    const two = await lobar('analyze', join(folder, 'two'));
    assert.equal(two.code, 4);
    assert.match(two.note, /several-studies: The input holds 2 studies/);
  });
});
