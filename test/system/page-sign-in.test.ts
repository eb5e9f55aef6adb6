import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { demoStudy } from '../../src/sandbox/demo-study.ts';
import { browserMissing, openBrowser, openTab } from '../support/page/open-browser.ts';
import { type DemoService, openDemoService } from '../support/page/open-demo-service.ts';
import { type LoginIssuer, openLoginIssuer, pageClientId } from '../support/page/open-login-issuer.ts';

const audience = 'https://lobar.example.org';

describe('Signing in on the reading page', { skip: browserMissing }, () => {
  let issuer: LoginIssuer;
  let test: DemoService;
  let browser: Browser;

  before(async () => {
    issuer = await openLoginIssuer({ audience, scope: 'lobar.analyze', tokenSeconds: 20 });
    test = await openDemoService({
      auth: { oidc: { issuer: issuer.url, audience } },
      page: { clientId: pageClientId },
    });
    issuer.open(`${test.url}/`);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await test?.close();
    await issuer?.close();
  });

  it('sends the reader to the issuer and back, and again beside the page when the token has ended', async () => {
    const tab = await openTab(browser, test.url);
    const { page } = tab;
    await page.getByText('Sign in to go on').waitFor();
    await tab.assertAccessible();
    await tab.picture('sign-in');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await logIn(page);

    await page.getByLabel('Patient ID').fill(demoStudy.patient.id);
    await page.getByRole('button', { name: 'Search' }).click();
    const row = page.getByRole('rowheader', { name: /PHANTOM, DEMO/ });
    await row.waitFor();
    // Neither the code nor the token stays where others may find it.
    assert.equal(page.url().replace(/#.*/, ''), `${test.url}/`);
    assert.equal(await page.evaluate('sessionStorage.length + localStorage.length'), 0);

    const dialog = page.getByRole('dialog', { name: 'Signed out' });
    await dialog.waitFor();
    await tab.assertAccessible();
    await tab.picture('sign-in-again');
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.ok(await row.isVisible(), 'what was open is kept');

    await page.getByRole('button', { name: 'Sign out' }).click();
    // The question of oidc-provider.
    await page.getByRole('button', { name: 'Yes, sign me out' }).click();
    await page.getByText('Sign in to go on').waitFor();
    assert.equal(page.url().replace(/[?#].*/, ''), `${test.url}/`);
    assert.equal(await page.getByText('PHANTOM').count(), 0);
    // The next person at this desk is not who was there before.
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.locator('input[name=login]').waitFor();
    assert.deepEqual(tab.complaints, []);
    await page.context().close();
  });

  it('keeps nothing for another reader who signs in again beside the page', async () => {
    const tab = await openTab(browser, test.url);
    const { page } = tab;
    await page.getByRole('button', { name: 'Sign in' }).click();
    await logIn(page);
    await page.getByLabel('Patient ID').fill(demoStudy.patient.id);
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('rowheader', { name: /PHANTOM, DEMO/ }).waitFor();
    const dialog = page.getByRole('dialog', { name: 'Signed out' });
    await dialog.waitFor();
    // Whoever was signed in at the issuer has left.
    await page.context().clearCookies();
    const [beside] = await Promise.all([
      page.waitForEvent('popup'),
      dialog.getByRole('button', { name: 'Sign in' }).click(),
    ]);
    await logIn(beside, 'somebody else');
    await page.getByText('Sign in to go on').waitFor();
    assert.equal(await page.getByText('PHANTOM').count(), 0);
    assert.deepEqual(tab.complaints, []);
    await page.context().close();
  });
});

/** Through the forms of oidc-provider. */
async function logIn(page: Page, name = 'radiologist'): Promise<void> {
  await page.locator('input[name=login]').fill(name);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  await page.getByRole('button', { name: 'Continue' }).click();
}
