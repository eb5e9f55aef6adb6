import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient } from '../ehr-fixture.ts';
import { openNarrowedEhr } from './narrowed-ehr.ts';
import { assertOnce, factsOfNewStudy, keptOf, newer, openClient, search } from './write-mode-fixture.ts';

let sandbox: SandboxEhr;
beforeEach(async () => {
  sandbox = await openSandboxEhr({ patients: [canaryPatient] });
});
afterEach(() => sandbox.close());

/** How many requests one publishing takes, without what is asked once an hour. */
const requests = 31;

/** Publishes, and dies at the nth request: before the EHR has it, or before its answer is there. */
async function dieAt(number: number, moment: 'before' | 'after', facts = factsOfNewStudy()) {
  await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
  await using client = openClient(ehr.url, 'create-and-search');
  const death = new AbortController();
  ehr.intercept = async (_request, forward, seen) => {
    if (seen < number) return await forward();
    if (seen === number && moment === 'after') await forward();
    death.abort();
    return undefined;
  };
  await assert.rejects(client.publish(facts, death.signal));
  return facts;
}

describe('A process that dies while it publishes one by one', () => {
  it(`takes ${requests} requests if it does not`, async () => {
    await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
    await using client = openClient(ehr.url, 'create-and-search');
    await client.publish(factsOfNewStudy());
    assert.equal(ehr.requests.length, requests);
  });

  for (const moment of ['before', 'after'] as const) {
    it(`${moment} the EHR has carried out any of its requests leaves no report without what it rests on, and who sends it again has it there once`, async () => {
      for (let number = 1; number <= requests; number += 1) {
        const facts = await dieAt(number, moment);
        const { reports, observations } = await keptOf(sandbox.url, facts);
        if (reports.length > 0) assert.equal(observations.length, 8, `request ${number}`);

        await using client = openClient(sandbox.url, 'create-and-search');
        const { report } = await client.publish({ ...facts, issuedAt: '2027-01-01T00:00:00Z' });
        const { id, provenances } = await assertOnce(sandbox.url, facts);
        assert.equal(report, id, `request ${number}`);
        assert.equal(provenances.length, 1, `request ${number}`);
        // Nothing is left beside it either.
        const all = await search<fhir4.Observation>(sandbox.url, 'Observation', {});
        assert.equal(all.length, 8, `request ${number}`);
        await sandbox.close();
        sandbox = await openSandboxEhr({ patients: [canaryPatient] });
      }
    });
  }

  it('while it updates is made up for by who sends it again', async () => {
    const facts = factsOfNewStudy();
    await using client = openClient(sandbox.url, 'create-and-search');
    const { report } = await client.publish(facts);
    for (const number of [6, 9, 14, 15, 16, 20]) {
      const version = newer(facts, `0.2.${number}`);
      await dieAt(number, 'after', version);
      const again = await client.publish(version);
      assert.equal(again.report, report);
      const { reports } = await assertOnce(sandbox.url, facts);
      assert.ok(reports[0]?.identifier?.some(({ value }) => value === again.runKey));
    }
  });

  it('goes on where it stopped: what is there and the same is not written again', async () => {
    const facts = await dieAt(18, 'after');
    const { observations } = await keptOf(sandbox.url, facts);
    assert.ok(observations.length > 2 && observations.length < 8);
    await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
    await using client = openClient(ehr.url, 'create-and-search');
    await client.publish(facts);
    await assertOnce(sandbox.url, facts);
    const writes = ehr.requests.filter(({ method }) => method !== 'GET');
    // The other observations, the report and the Provenance; Device and the others were there.
    assert.equal(writes.length, 8 - observations.length + 2);
    assert.ok(writes.every(({ method }) => method === 'POST'));
  });
});
