import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { Ajv } from 'ajv';
import { type InspectedStack, type Inspection, InspectionSchema } from '../../src/analysis/inspection.ts';
import { formatInspection } from '../../src/cli/format-inspection.ts';
import { openSandboxPacs, type SandboxPacs } from '../../src/sandbox/pacs/open-sandbox-pacs.ts';
import { type PhantomStudy, writePhantomStudy } from '../support/phantom-study.ts';
import { runLobar } from '../support/run-lobar.ts';

describe('lobar inspect', () => {
  let folder = '';
  let pacs: SandboxPacs;
  let thin: PhantomStudy;
  let config = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-inspect-'));
    thin = await writePhantomStudy(join(folder, 'study'), { matrix: 64 });
    await writePhantomStudy(join(folder, 'study'), {
      matrix: 64,
      slices: 40,
      spacingMm: 5,
      series: { number: 3, seriesInstanceUid: '2.25.33', description: 'PHANTOM thick' },
    });
    await writePhantomStudy(join(folder, 'thick'), { matrix: 64, slices: 40, spacingMm: 5, seed: 2 });
    pacs = await openSandboxPacs({ folder: join(folder, 'study') });
    config = join(folder, 'lobar.yaml');
    await writeFile(config, `pacs: { near: { url: '${pacs.url}' } }\n`);
  });
  after(async () => {
    await pacs.close();
    await rm(folder, { recursive: true });
  });

  it('prints what a folder holds and what would be analysed, without a model', async () => {
    const { code, stdout, stderr } = await runLobar(['inspect', join(folder, 'study')]);
    assert.equal(code, 0, stderr);
    assert.equal(stderr, '');
    const lines = stdout.split('\n');
    assert.match(lines[0] ?? '', /would be analysed$/);
    assert.match(
      lines[3] ?? '',
      /^ +2 PHANTOM .* CT +60 +64x64 3\.00\/5\.60\/5\.60 +3\.00 +180 LUNG .*chosen$/,
    );
    assert.match(stdout, /only-eligible: Nothing else in the study is eligible\./);
    assert.match(stdout, /slice-too-thick: The slices are 5 mm thick, more than 3 mm\./);
  });

  it('says the same of a study in a PACS, by its headers', async () => {
    const uid = thin.study.studyInstanceUid;
    const ofPacs = await runLobar(['inspect', uid, '--config', config, '--json']);
    const ofFolder = await runLobar(['inspect', join(folder, 'study'), '--json']);
    assert.equal(ofPacs.code, 0, ofPacs.stderr);
    const [a, b] = [ofPacs, ofFolder].map(({ stdout }) => JSON.parse(stdout) as Inspection);
    // The embedded PACS does not tell transfer syntaxes before it is asked for images.
    const stacks = b?.stacks.map(({ transferSyntax: _, ...one }) => one);
    assert.deepEqual(a, { ...b, stacks });
    const ajv = new Ajv();
    assert.ok(ajv.validate(InspectionSchema, a), ajv.errorsText());
    assert.deepEqual(
      a?.stacks.map(({ uid, state, slices }) => [uid, state, slices]),
      [
        [thin.series.seriesInstanceUid, 'chosen', 60],
        ['2.25.33', 'ineligible', 40],
      ],
    );
  });

  it('ends with 3 where nothing is eligible, also for the series that is asked for', async () => {
    assert.equal((await runLobar(['inspect', join(folder, 'thick')])).code, 3);
    const asked = await runLobar(['inspect', join(folder, 'study'), '--series', '2.25.33']);
    assert.equal(asked.code, 3);
    assert.match(asked.stdout, /not-asked-for/);
  });

  it('ends with 2 on wrong usage, 4 where there is no such study, 5 where the PACS cannot be reached', async () => {
    const uid = thin.study.studyInstanceUid;
    const dead = join(folder, 'dead.yaml');
    await writeFile(dead, 'pacs: { far: { url: http://127.0.0.1:1/dicom-web } }\n');
    for (const [args, expected, text] of [
      [[uid], 2, /needs a PACS/],
      [['no/such/path'], 2, /neither a path that exists nor a UID/],
      [[folder, '--pacs', 'near'], 2, /--pacs goes with a StudyInstanceUID/],
      [[uid, '--config', config, '--pacs', 'other'], 2, /Known: near/],
      [['2.25.404', '--config', config], 4, /study-not-found/],
      [
        [join(folder, 'study'), '--series', '2.25.404'],
        4,
        /series-not-found: The given folder holds no such series/,
      ],
      [[uid, '--config', dead], 5, /pacs-unreachable/],
    ] as const) {
      const { code, stdout, stderr } = await runLobar(['inspect', ...args]);
      assert.equal(code, expected, stderr);
      assert.equal(stdout, '');
      assert.match(stderr, text);
    }
  });
});

describe('the table of an inspection', () => {
  const stack: InspectedStack = {
    uid: '2.25.123456789012345678901234567890123456789',
    seriesNumber: 100_201,
    description: 'Thorax HR axial mit KM lange Beschreibung',
    distinguishedBy: '512 x 512, acquisition 2',
    modality: 'CT',
    images: 1200,
    slices: 1200,
    columns: 1024,
    rows: 1024,
    spacingMm: [10.25, 0.97, 0.97],
    sliceThicknessMm: 10.25,
    coverageMm: 1230,
    convolutionKernel: 'Br59f\\3\\x',
    transferSyntax: {
      uid: '1.2.840.10008.1.2.4.201',
      name: 'High-Throughput JPEG 2000 Lossless',
      read: true,
    },
    state: 'ineligible',
    reasons: [
      { code: 'slice-too-thick', text: 'The slices are thick and much is said of it. '.repeat(4).trim() },
    ],
    warnings: [],
  };

  it('of twenty long series fits 120 columns and cuts nothing below it', () => {
    const study = { uid: stack.uid, description: 'CT', date: '20260301' };
    const stacks = Array.from({ length: 20 }, () => stack);
    const text = formatInspection({ study, outcome: 'ineligible', stacks, warnings: [] });
    const lines = text.split('\n');
    assert.ok(Math.max(...lines.map((line) => line.length)) <= 120);
    assert.equal(lines.filter((line) => line.endsWith(' no')).length, 20);
    assert.ok(text.includes(`${stack.description} [${stack.distinguishedBy}]`));
  });

  it('keeps its columns whatever the numbers are', () => {
    const huge = { ...stack, spacingMm: [1e300, 0.97, 1e300] as [number, number, number] };
    const stacks = [{ ...huge, sliceThicknessMm: 1e300, coverageMm: 1e300 }, stack];
    const text = formatInspection({ study: { uid: stack.uid }, outcome: 'ineligible', stacks, warnings: [] });
    const [first = '', second = ''] = text.split('\n').slice(3, 5);
    assert.match(first, / >99\/0\.97\/>99 +>99 >9999 /);
    assert.equal(first.length, second.length);
  });

  it('lets no control character of a description through', () => {
    const study = { uid: stack.uid };
    const stacks = [{ ...stack, description: 'a\u001b[31mred\nline' }];
    const text = formatInspection({ study, outcome: 'ineligible', stacks, warnings: [] });
    assert.ok(!text.includes('\u001b'));
    assert.doesNotMatch(text, /^line/m);
  });
});
