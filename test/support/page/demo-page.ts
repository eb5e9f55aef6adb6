import assert from 'node:assert/strict';
import { demoStudy } from '../../../src/sandbox/demo-study.ts';
import type { Tab } from './open-browser.ts';

/** An analysis of the demo study takes a machine under load a while. */
export const patience = { timeout: 120_000 };
export const wide = { width: 1280, height: 800 };

/** How many analyses a service has at work. */
export async function inFlight({ url }: { readonly url: string }): Promise<number> {
  const answer = await fetch(`${url}/health/ready`);
  return ((await answer.json()) as { inFlight: number }).inFlight;
}

/** Looks for the demo study. */
export async function find({ page }: Tab, patientId: string = demoStudy.patient.id): Promise<void> {
  await page.getByLabel('Patient ID').fill(patientId);
  await page.getByRole('button', { name: 'Search' }).click();
}

/** Closes a tab that had nothing to complain of. */
export async function leave(tab: Tab): Promise<void> {
  assert.deepEqual(tab.complaints, []);
  await tab.page.context().close();
}
