import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { writeReport } from '../../src/cli/write-report.ts';
import { blankPicture } from '../../src/report/picture.ts';
import { drawText, textWidth } from '../../src/report/pictures/draw-text.ts';
import { niftiFields } from '../support/nifti-fields.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';
import { runInProcess } from '../support/run-in-process.ts';

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs');
const pngSignature = '89504e470d0a1a0a';

describe('lobar analyze --report', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-report-'));
    await writePhantomStudy(join(folder, 'study'));
  });
  after(() => rm(folder, { recursive: true }));

  it('writes every document of it and every picture into the folder, in the language that is asked for', async () => {
    const report = join(folder, 'report');
    const { code, note } = await runInProcess(
      ...['analyze', join(folder, 'study'), '--json', '--report', report, '--language', 'nl'],
    );
    assert.equal(code, 0, note);
    assert.match(note, /^Report in .*: report\.pdf, report\.html, pictures\.png, /m);
    const names = await readdir(report);
    const bytesOf = (name: string) => readFile(join(report, name));
    assert.equal((await bytesOf('report.pdf')).toString('latin1', 0, 5), '%PDF-');
    const html = (await bytesOf('report.html')).toString();
    assert.match(html, /<html[^>]* lang="nl"/);
    for (const name of ['pictures.png', 'most-affected.png']) {
      assert.equal((await bytesOf(name)).toString('hex', 0, 8), pngSignature, name);
    }
    const alone = PNG.sync.read(await bytesOf('most-affected.png'));
    // Half way between two of a picture's 64 greys.
    const light = (value: number | undefined) => (value ?? 0) > 123;
    const isLight = (row: number, x: number) => light(alone.data[4 * (row * alone.width + x)]);
    // By hand: two lines below the picture, in capitals of 13 pixels, 1.8 times that from line to line.
    const top = alone.height - 58;
    const strip = blankPicture(alone.width, 58);
    drawText(strip, 'AI, not verified - research use', { x: 10.4, baseline: 46.8, size: 13 });
    const rows = Array.from({ length: 28 }, (_, y) => 30 + y);
    const columns = Array.from({ length: alone.width }, (_, x) => x);
    const expected = rows.map((y) => columns.map((x) => light(strip.data[3 * (y * alone.width + x)])));
    assert.deepEqual(
      rows.map((y) => columns.map((x) => isLight(top + y, x))),
      expected,
    );
    const position = Math.ceil(10.4 + textWidth('z -000.0 mm - Im', 13));
    const isNumbered = columns.some((x) => x > position && rows.some((y) => isLight(top + y - 28, x)));
    assert.ok(isNumbered, 'the image as the PACS counts stands behind the height');
    const volumes = ['ct', 'lobes', 'opacities'].map((name) => `${name}.nii.gz`);
    const sizes = await Promise.all(volumes.map(async (name) => niftiFields(await bytesOf(name)).dim));
    assert.deepEqual([sizes[1], sizes[2]], [sizes[0], sizes[0]]);
    for (const file of names.filter((name) => name.endsWith('.dcm'))) {
      // PS3.10 7.1: DICM behind the preamble.
      assert.equal((await bytesOf(file)).toString('latin1', 128, 132), 'DICM', file);
    }
  });

  it('writes nothing of a study that is not eligible', async () => {
    const thick = join(folder, 'thick');
    await writePhantomStudy(thick, { seed: 2, series: { sliceThicknessMm: 5 } });
    const report = join(folder, 'none');
    const { code, note } = await runInProcess('analyze', thick, '--report', report);
    assert.equal(code, 3);
    assert.doesNotMatch(note, /Report in/);
    assert.deepEqual(await readdir(report), []);
  });

  it('is refused where a language is not there, or nothing is written in it', async () => {
    for (const [options, message] of [
      [['--report', 'x', '--language', 'xx'], /--language is one of en, nl, fr, de, es, it/],
      [['--language', 'de'], /--language goes with --report/],
    ] as const) {
      const { code, note } = await runInProcess('analyze', join(folder, 'study'), ...options);
      assert.equal(code, 2);
      assert.match(note, message);
    }
  });

  it('writes no file beside the folder, whatever name a service gives it', async () => {
    const report = join(folder, 'named');
    for (const name of [
      '../x.pdf',
      '/tmp/x.pdf',
      'a/b.pdf',
      '.bashrc',
      'x\\y.pdf',
      'x\u0000.pdf',
      '',
      'x\n',
    ]) {
      await assert.rejects(writeReport([{ name, bytes: new Uint8Array(1) }], [], report), {
        code: 'service-answer-invalid',
      });
    }
  });
});
