import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { languages } from '../../src/config-report.ts';
import { encodePictures } from '../../src/report/report-images.ts';
import { writeHtml } from '../../src/report/write-html.ts';
import { exampleContent, examplePictures, hostileContent } from '../report/example-report.ts';
import { readPdf, withoutPoppler } from '../support/poppler.ts';
import { skipOrFail } from '../support/skip-or-fail.ts';

const executablePath = '/usr/bin/chromium';
const skip =
  withoutPoppler ||
  skipOrFail(
    existsSync(executablePath)
      ? false
      : 'chromium is not installed: test/system/install-peers.sh installs it',
  );
const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string }[];
}

describe('the report as HTML in a browser', { skip }, () => {
  let folder: string;
  let browser: Browser;
  const images = encodePictures(examplePictures());

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-report-'));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  after(async () => {
    await browser.close();
    await rm(folder, { recursive: true });
  });

  async function open(name: string, html: Uint8Array, colorScheme: 'light' | 'dark' = 'light') {
    const file = join(folder, `${name}.html`);
    await writeFile(file, html);
    const page = await browser.newPage({ colorScheme, viewport: { width: 1280, height: 800 } });
    const told: string[] = [];
    page.on('request', (request) => {
      if (!/^(file|data):/.test(request.url())) told.push(request.url());
    });
    page.on('console', (message) => told.push(message.text()));
    page.on('dialog', (dialog) => {
      told.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, told };
  }

  it('prints on one page of A4, in every language', async () => {
    for (const language of languages) {
      const { page } = await open(language, writeHtml(exampleContent, images, language));
      const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: false });
      assert.match(readPdf(pdf, 'pdfinfo'), /^Pages: +1$/m, language);
      await page.close();
    }
  });

  it('has nothing that axe finds wrong, on light and on dark', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await open(colorScheme, writeHtml(exampleContent, images, 'de'), colorScheme);
      await page.evaluate(await import('node:fs').then(({ readFileSync }) => readFileSync(axe, 'utf8')));
      const violations = await page.evaluate<readonly Violation[]>(
        'axe.run().then(({ violations }) => violations)',
      );
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]),
        [],
      );
      await page.close();
    }
  });

  it('asks nothing of the network, runs nothing of others, and its policy hinders nothing of its own', async () => {
    const { page, told } = await open('hostile', writeHtml(hostileContent(), images, 'en'));
    const { length } = images;
    assert.equal(
      await page.evaluate('[...document.images].filter((one) => one.naturalWidth > 0).length'),
      length,
    );
    assert.equal(
      await page.evaluate('getComputedStyle(document.querySelector(".status")).color'),
      'rgb(255, 255, 255)',
    );
    assert.deepEqual(told, []);
    await page.close();
  });
});
