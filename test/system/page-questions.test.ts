import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser } from 'playwright-core';
import type { StudyList } from '../../src/page/service/api.ts';
import { find, inFlight, leave, patience, wide } from '../support/page/demo-page.ts';
import { browserMissing, openBrowser, openTab } from '../support/page/open-browser.ts';
import { type DemoService, openDemoService } from '../support/page/open-demo-service.ts';
import { until } from '../support/until.ts';

describe('The reading page, asked to stop or to go on', { skip: browserMissing }, () => {
  let test: DemoService;
  let browser: Browser;

  before(async () => {
    test = await openDemoService();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await test?.close();
  });

  it('cancels by Escape, and the service has its place back', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    await find(tab);
    await page.getByRole('button', { name: /^Analyse the study/ }).click(patience);
    await until(async () => (await inFlight(test)) === 1);
    // Elsewhere Escape is for something else.
    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByLabel('Patient ID').press('Escape');
    await page.getByRole('link', { name: 'Analysis' }).click();
    await page.getByRole('heading', { name: 'Analysing' }).click();
    assert.equal(await inFlight(test), 1);
    await page.keyboard.press('Escape');
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor();
    await tab.assertAccessible();
    await tab.picture('cancelled');
    await until(async () => (await inFlight(test)) === 0);
    await leave(tab);
  });

  it('asks before it cuts an analysis that publishes, or one for another', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    await find(tab);
    await page.getByRole('button', { name: /^Analyse and publish to demo/ }).click(patience);
    await page.getByRole('button', { name: 'Analyse and publish', exact: true }).click();
    await until(async () => (await inFlight(test)) === 1);
    const leaving = page.waitForEvent('dialog');
    const reload = page.evaluate('location.reload()');
    const question = await leaving;
    assert.equal(question.type(), 'beforeunload');
    await question.dismiss();
    await reload;
    await page.keyboard.press('Escape');
    const stop = page.getByRole('dialog', { name: 'Stop this analysis?' });
    await stop.waitFor();
    await tab.assertAccessible();
    await tab.picture('stop');
    await page.keyboard.press('Escape');
    await stop.waitFor({ state: 'hidden' });

    await page.getByRole('link', { name: 'Worklist' }).click();
    await page.getByRole('button', { name: /^Analyse the study/ }).click();
    const another = page.getByRole('dialog', { name: 'Another analysis is running' });
    await another.getByRole('button', { name: 'Let that run' }).click();
    await page.getByRole('link', { name: 'Analysis' }).click();
    assert.equal(await inFlight(test), 1, 'nothing of it has stopped what runs');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await stop.getByRole('button', { name: 'Stop it' }).click();
    await page.getByRole('heading', { name: 'Cancelled' }).waitFor();
    await page.getByText('It may have been published already: look in the EHR.').waitFor();
    await until(async () => (await inFlight(test)) === 0);
    await leave(tab);
  });

  it('says that there are no wildcards before anything is asked for', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    await find(tab, '*');
    await page.getByText('No wildcards').waitFor();
    await tab.assertAccessible();
    await leave(tab);
  });

  it('asks whether a study may be analysed of which the PACS names no modality', async () => {
    const tab = await openTab(browser, test.url, wide);
    const { page } = tab;
    await page.route('**/v1/studies/search', async (route) => {
      const answer = await route.fetch();
      const { studies, more } = (await answer.json()) as StudyList;
      await route.fulfill({
        response: answer,
        json: { more, studies: studies.map((study) => ({ ...study, modalities: [] })) },
      });
    });
    await find(tab);
    await page.getByText('Eligible', { exact: true }).waitFor(patience);
    await leave(tab);
  });
});
