import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import type { Analysis } from '../../src/analysis/analysis.ts';
import { probabilityText } from '../../src/page/result/texts.ts';
import { patternStatements } from '../../src/pipeline/statements.ts';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { find, inFlight, leave, patience, wide } from '../support/page/demo-page.ts';
import { browserMissing, drop, openBrowser, openTab, type Tab } from '../support/page/open-browser.ts';
import { type DemoService, openDemoService } from '../support/page/open-demo-service.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { resourcesOf } from '../support/test-service.ts';
import { until } from '../support/until.ts';

const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const flat = { width: 1024, height: 768 };
const upright = { width: 820, height: 1180 };

describe('The reading page', { skip: browserMissing }, () => {
  let test: DemoService;
  let browser: Browser;

  before(async () => {
    // The real scan is of thick slices, and its patient of a made-up age.
    test = await openDemoService({ eligibility: { maxSliceThicknessMm: 5, minAgeYears: 0 } });
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await test?.close();
  });

  it('finds a study, has it analysed and published, and shows what the Analysis says', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    const searches: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/studies')) searches.push(request.url());
    });
    await page.reload();
    await page.getByText('Search for a patient').waitFor();
    // It asks when it is asked, and not before.
    assert.deepEqual(searches, []);
    await page.getByRole('button', { name: 'Today' }).click();
    await page.getByText('the PACS lists no such CT study').waitFor();
    await find(tab);
    await page.getByText('Eligible', { exact: true }).waitFor(patience);
    // An address may be kept or sent along: it names nobody.
    assert.doesNotMatch(page.url(), /[?]|DEMO/);
    assert.deepEqual(
      searches.filter((url) => /DEMO-/.test(url)),
      [],
    );
    await tab.assertAccessible();
    await tab.picture('worklist');

    // Whose report goes where is said before it does.
    const publish = page.getByRole('dialog', { name: 'Analyse and publish?' });
    const asked = page.getByRole('button', { name: /^Analyse and publish to demo/ });
    await asked.click();
    const named = await publish.innerText();
    for (const text of ['PHANTOM, DEMO', demoStudy.patient.id, demoStudy.accessionNumber, 'demo']) {
      assert.ok(named.includes(text), `${text} is named`);
    }
    await tab.assertAccessible();
    await tab.picture('publish');
    await page.keyboard.press('Escape');
    await publish.waitFor({ state: 'hidden' });
    assert.equal(await inFlight(test), 0, 'nothing began');
    assert.equal(await asked.evaluate('document.activeElement.className'), 'publish');
    await asked.click();
    await publish.getByRole('button', { name: 'Analyse and publish' }).click();
    await page.getByText('Lungs and lobes', { exact: true }).waitFor();
    await until(
      async () =>
        (await page
          .locator('progress')
          .getAttribute('value')
          .catch(() => '1')) !== '0',
    );
    await tab.assertAccessible();
    await tab.picture('progress');

    await page.getByRole('heading', { name: 'Result' }).waitFor(patience);
    const [report] = await resourcesOf<fhir4.DiagnosticReport>(
      test.ehrUrl,
      'DiagnosticReport',
      demoStudy.studyInstanceUid,
    );
    assert.ok(report?.id !== undefined);
    await page.getByText(`DiagnosticReport/${report.id} in EHR demo`).waitFor();

    const analysis = await savedAnalysis(tab);
    assert.equal(analysis.outcome, 'published');
    const { involvement, severity, classification } = analysis;
    assert.ok(involvement && severity && classification);
    const shown = await page.getByRole('region', { name: 'Findings' }).innerText();
    for (const one of [involvement, involvement.left, involvement.right, ...involvement.lobes]) {
      assert.ok(shown.includes(`${tenths.format(one.percent)} %`), `${one.percent} is shown`);
      assert.ok(shown.includes(tenths.format(one.opacityMl)), `${one.opacityMl} is shown`);
    }
    assert.ok(shown.includes(`${severity.score} of 25, ${severity.band}`));
    for (const one of Object.values(classification.probabilities))
      assert.ok(shown.includes(probabilityText(one)));
    await page.getByText('Preliminary, made by software, not verified').first().waitFor();
    assert.ok(shown.toLowerCase().includes(patternStatements[classification.decision].toLowerCase()));
    assert.doesNotMatch(shown, /Pattern of/);
    await leave(tab);
  });

  it('shows the images with what was found in them, by mouse and by keyboard', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    await find(tab);
    await page.getByRole('checkbox', { name: /also builds the FHIR Bundle/ }).check();
    await page.getByRole('button', { name: /^Analyse the study/ }).click(patience);
    const images = page.getByRole('application');
    await images.waitFor(patience);
    const slice = async () => await page.getByRole('slider', { name: 'Slice' }).inputValue();
    const where = async () => await page.locator('.where').innerText();
    /** Left, right, top, bottom. */
    const sides = async () => (await page.locator('.side-letter').allInnerTexts()).join(' ');
    // The most affected one; the viewer begins there.
    const first = await slice();
    await images.focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await slice(), String(Number(first) + 1));
    await page.keyboard.press('End');
    assert.notEqual(await slice(), first);
    await page.keyboard.press('m');
    assert.equal(await slice(), first);
    await images.hover();
    await page.mouse.wheel(0, 120);
    await until(async () => (await slice()) !== first);
    await page.getByRole('button', { name: 'Most affected' }).click();
    assert.equal(await slice(), first);
    // The place of the slice as the report writes it, and no count of what the viewer was cut to.
    const atFirst = /\u2212?[\d.]+ mm/.exec(await where())?.[0] ?? 'a place';
    assert.match(await where(), /^z = \u2212?\d+(\.\d)? mm, ≈ \u2212?\d+ HU$/);
    assert.equal(await sides(), 'R L A P');
    assert.match(await page.locator('.ruler').innerText(), /^\d+ mm$/);

    await tab.assertAccessible();
    await tab.picture('result');
    for (const [name, size] of [
      ['flat', flat],
      ['upright', upright],
    ] as const) {
      await page.setViewportSize(size);
      await tab.assertAccessible();
      await tab.picture(`result-${name}`);
    }
    await page.setViewportSize(wide);
    for (const [view, seen] of [
      ['Coronal', 'R L H F'],
      // Seen from the left, as the report has it.
      ['Sagittal', 'A P H F'],
      ['All planes', 'R L A P R L H F A P H F'],
      ['3D', 'R L H F'],
    ] as const) {
      await page.getByRole('button', { name: view, exact: true }).click();
      assert.equal(await sides(), seen);
      await tab.picture(`result-${view.toLowerCase().replace(' ', '-')}`);
    }
    await page.getByRole('button', { name: 'Axial' }).click();
    await page.getByRole('button', { name: 'Mediastinum' }).click();
    await page.getByLabel('Drawn').selectOption('filled');
    await tab.picture('result-filled');

    const bundle = page.getByRole('link', { name: 'FHIR Bundle' });
    assert.equal((await downloaded(tab, bundle)).resourceType, 'Bundle');
    const pdf = await bytesOf(tab, page.getByRole('link', { name: 'Save PDF' }));
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    // The most affected slice lies where the report says.
    const html = (await bytesOf(tab, page.getByRole('link', { name: 'Save HTML report' }))).toString();
    assert.ok(html.replace(/\u00a0|&nbsp;/g, ' ').includes(atFirst), `the report says ${atFirst}`);
    const png = await bytesOf(tab, page.getByRole('link', { name: 'Save pictures (PNG)' }));
    assert.equal(png.subarray(1, 4).toString(), 'PNG');
    await page.getByText('Volumes (NIfTI) (3)').click();
    const lobes = await bytesOf(tab, page.getByRole('link', { name: 'Lobes' }));
    // gzip (RFC 1952 2.3.1)
    assert.deepEqual([...lobes.subarray(0, 2)], [0x1f, 0x8b]);
    await leave(tab);
  });

  it('analyses a folder of files that is dropped on it', { skip: sharedDataMissing }, async () => {
    const tab = await openTab(browser, `${test.url}/#files`, wide);
    const { page } = tab;
    await drop(page, '.drop', sharedData('cip-ct64', 'ct-64Dicom'));
    // 79 files, as its own documentation counts them.
    await page.getByText('79 DICOM files of 1 study').waitFor();
    await page.getByText('Image 40 of 79 images').waitFor();
    assert.equal((await page.locator('.slice .side-letter').allInnerTexts()).join(' '), 'R L A P');
    await tab.assertAccessible();
    await tab.picture('files');
    await page.getByRole('button', { name: 'Analyse', exact: true }).click();
    await page.getByRole('heading', { name: 'Result' }).waitFor(patience);
    await page.getByRole('application').waitFor(patience);
    assert.equal((await savedAnalysis(tab)).series?.slices, 79);
    await tab.assertAccessible();
    await tab.picture('files-result');
    await leave(tab);
  });

  it('says what a PACS that is down says, and asks again when told to', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    await page.locator('select[name=pacs]').selectOption('gone');
    await find(tab);
    await page.getByText("PACS 'gone' cannot be reached").waitFor(patience);
    await page.getByText('pacs-unreachable').waitFor();
    await tab.assertAccessible();
    await tab.picture('pacs-down');
    const again = page.waitForRequest(/v1\/studies/);
    await page.getByRole('button', { name: 'Try again' }).click();
    await again;
    // The button is gone, and the focus with it, if it were not for this.
    const problem = page.getByRole('alert').getByRole('heading');
    await problem.waitFor(patience);
    await until(async () => (await page.evaluate('document.activeElement.tagName')) === 'H2');
    await leave(tab);
  });

  it('can be read on a tablet, and used by keys alone', async () => {
    const tab = await openTab(browser, test.url, upright);
    const { page } = tab;
    await find(tab);
    await page.getByText('Eligible', { exact: true }).waitFor(patience);
    const [needed, there] = await page.evaluate<number[]>('[document.body.scrollWidth, innerWidth]');
    assert.ok((needed ?? 0) <= (there ?? 0), 'nothing is cut off at the side');
    await tab.assertAccessible();
    await tab.picture('worklist-upright');
    await page.reload();
    await page.getByText('Search for a patient').waitFor();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the content');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.name'), 'patient-id');
    await leave(tab);
  });
});

type Link = ReturnType<Tab['page']['locator']>;

async function bytesOf({ page }: Tab, link: Link): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function downloaded(tab: Tab, link: Link): Promise<{ readonly resourceType?: string }> {
  return JSON.parse((await bytesOf(tab, link)).toString());
}

async function savedAnalysis(tab: Tab): Promise<Analysis> {
  return JSON.parse((await bytesOf(tab, tab.page.getByRole('link', { name: 'Analysis (JSON)' }))).toString());
}
