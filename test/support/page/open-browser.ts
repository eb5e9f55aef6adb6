import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';
import { skipOrFail } from '../skip-or-fail.ts';

const executablePath = '/usr/bin/chromium';
const root = join(import.meta.dirname, '..', '..', '..');
const screenshots = join(root, 'out', 'screenshots');

/** Why tests in a browser are skipped, or false. */
export const browserMissing = skipOrFail(
  existsSync(executablePath) ? false : 'needs chromium: test/system/install-peers.sh installs it',
);

export interface Tab {
  readonly page: Page;
  /** What the browser complained of on its console: errors of the page, refusals by its Content-Security-Policy. */
  readonly complaints: readonly string[];
  /** Keeps a picture in out/screenshots. */
  picture(name: string): Promise<void>;
  /** axe-core finds no serious or critical violation (WCAG 2.2 AA). */
  assertAccessible(): Promise<void>;
}

/** A headless Chromium that draws WebGL by software. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
}

/** A page of its own, with nothing stored. */
export async function openTab(
  browser: Browser,
  url: string,
  viewport: { readonly width: number; readonly height: number } = { width: 1280, height: 800 },
): Promise<Tab> {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', timezoneId: 'UTC' });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    // A refusal of the service is logged by the browser itself.
    const expected = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    complaints,
    async picture(name) {
      await mkdir(screenshots, { recursive: true });
      await page.screenshot({ path: join(screenshots, `${name}.png`) });
    },
    assertAccessible: () => assertAccessible(page),
  };
}

async function assertAccessible(page: Page): Promise<void> {
  const source = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await page.evaluate(source);
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  const told = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`);
  assert.deepEqual(told, []);
}

/** Drops a file or folder of this machine on an element, as a person does. */
export async function drop(page: Page, selector: string, path: string): Promise<void> {
  const box = await page.locator(selector).boundingBox();
  assert.ok(box !== null);
  const devTools = await page.context().newCDPSession(page);
  const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, ...at, data });
  }
  await devTools.detach();
}
