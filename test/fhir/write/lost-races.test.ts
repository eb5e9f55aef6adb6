import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ReportFacts } from '../../../src/fhir/report-facts.ts';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient } from '../ehr-fixture.ts';
import { type Intercept, type NarrowedEhr, openNarrowedEhr } from './narrowed-ehr.ts';
import {
  assertOnce,
  factsOfNewStudy,
  get,
  humanPut,
  keptOf,
  newer,
  openClient,
  search,
} from './write-mode-fixture.ts';

let sandbox: SandboxEhr;
beforeEach(async () => {
  sandbox = await openSandboxEhr({ patients: [canaryPatient] });
});
afterEach(() => sandbox.close());

/**
 * Makes the conditional writes of an EHR race, as those of a server that looks before it locks (HAPI #3141:
 * 8 of 8 parallel conditional creates were carried out): `together` transactions wait for one another, and
 * each is carried out as if its conditions had been met.
 */
function racing(together: number): Intercept {
  let arrived = 0;
  const all = Promise.withResolvers<void>();
  return async (request, forward) => {
    if (request.method !== 'POST' || request.path !== '' || arrived >= together) return await forward();
    arrived += 1;
    if (arrived === together) all.resolve();
    await all.promise;
    const answer = await fetch(sandbox.url, {
      method: 'POST',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(unconditional(JSON.parse(request.body) as fhir4.Bundle)),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

function unconditional(bundle: fhir4.Bundle): fhir4.Bundle {
  const entry = bundle.entry?.map((one) => {
    const [type = ''] = one.request?.url.split('?') ?? [];
    const isConditional = one.request?.ifNoneExist !== undefined || one.request?.url.includes('?');
    return isConditional ? { ...one, request: { method: 'POST' as const, url: type } } : one;
  });
  return { ...bundle, ...(entry === undefined ? {} : { entry }) };
}

/** Lets a race be lost three ways and nobody settle it. */
async function leaveDuplicates(ehr: NarrowedEhr, facts: ReportFacts): Promise<void> {
  const race = racing(3);
  const written = new Set<string>();
  const deaths = Array.from({ length: 3 }, () => new AbortController());
  ehr.intercept = async (request, forward, number) => {
    const id = String(request.headers['x-request-id']);
    if (written.has(id)) {
      for (const death of deaths) death.abort();
      return undefined;
    }
    const answer = await race(request, forward, number);
    if (request.method === 'POST') written.add(id);
    return answer;
  };
  const dying = deaths.map(async ({ signal }) => {
    await using client = openClient(ehr.url);
    await assert.rejects(client.publish(facts, signal), { code: 'ehr-outcome-unknown' });
  });
  await Promise.all(dying);
  ehr.intercept = undefined;
  assert.equal((await keptOf(sandbox.url, facts)).reports.length, 3);
}

for (const mode of ['conditional-update', 'conditional-create'] as const) {
  describe(`A race of ${mode} that the EHR lets be lost`, () => {
    it('leaves one report, which all name, and the other withdrawn with all it rests on', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using one = openClient(ehr.url);
      await using other = openClient(ehr.url);
      ehr.intercept = racing(2);
      const facts = factsOfNewStudy();
      const results = await Promise.all([one.publish(facts), other.publish(facts)]);
      const { id } = await assertOnce(sandbox.url, facts);
      assert.deepEqual(
        results.map(({ report }) => report),
        [id, id],
      );
      assert.deepEqual(
        results.flatMap((result) => result.facts.warnings),
        [],
      );
      const reports = await search<fhir4.DiagnosticReport>(sandbox.url, 'DiagnosticReport', {});
      const withdrawn = reports.filter((report) => `DiagnosticReport/${report.id}` !== id);
      assert.deepEqual(
        withdrawn.map(({ status, identifier }) => ({ status, identifier })),
        [
          {
            status: 'entered-in-error',
            identifier: [
              {
                use: 'old',
                system: 'https://lobar.example.org/fhir/ai-withdrawn',
                value: `${facts.study.uid}/lobar-ct-chest`,
              },
            ],
          },
        ],
      );
      const observations = await search<fhir4.Observation>(sandbox.url, 'Observation', {});
      assert.equal(observations.filter(({ status }) => status === 'entered-in-error').length, 8);
      assert.equal(observations.length, 16);
    });

    it('of two versions leaves one report of one of them', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using one = openClient(ehr.url);
      await using other = openClient(ehr.url);
      ehr.intercept = racing(2);
      const facts = factsOfNewStudy();
      const results = await Promise.all([one.publish(facts), other.publish(newer(facts))]);
      const { id, reports } = await assertOnce(sandbox.url, facts);
      assert.ok(results.every(({ report }) => report === id));
      const runs = results.map(({ runKey }) => runKey);
      assert.equal(reports[0]?.identifier?.filter(({ value }) => runs.includes(value ?? '')).length, 1);
    });

    it('and by processes that died of it is settled by who sends it again', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      const facts = factsOfNewStudy();
      await leaveDuplicates(ehr, facts);
      await using client = openClient(ehr.url);
      const { report } = await client.publish(facts);
      assert.equal(report, (await assertOnce(sandbox.url, facts)).id);
    });

    it('is settled for the copy that a human has made final since', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      const facts = factsOfNewStudy();
      await leaveDuplicates(ehr, facts);
      const { reports } = await keptOf(sandbox.url, facts);
      // Not the one that would count by its id.
      const last = reports.toSorted((a, b) => ((a.id ?? '') < (b.id ?? '') ? 1 : -1))[0];
      assert.ok(last);
      await humanPut(sandbox.url, { ...last, status: 'final', conclusion: 'Read by a human' });
      await using client = openClient(ehr.url);
      const report = `DiagnosticReport/${last.id}`;
      await assert.rejects(client.publish(facts), { code: 'report-finalised', details: { report } });
      await assert.rejects(client.publish(newer(facts)), { code: 'report-finalised' });
      const kept = await keptOf(sandbox.url, facts);
      assert.deepEqual(
        kept.reports.map(({ status, conclusion }) => [status, conclusion]),
        [['final', 'Read by a human']],
      );
    });

    it('is a warning where the EHR lets nothing be updated', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      const facts = factsOfNewStudy();
      await leaveDuplicates(ehr, facts);
      ehr.intercept = async ({ method }, forward) =>
        method === 'GET' ? await forward() : { status: 405, text: '{"resourceType":"OperationOutcome"}' };
      await using client = openClient(ehr.url);
      const result = await client.publish(facts);
      assert.equal(result.alreadyPublished, true);
      assert.ok(result.facts.warnings.some(({ code }) => code === 'duplicate-left'));
    });
  });
}

describe('An EHR that is written to in another mode than before', () => {
  it('has its report updated under the id it has', async () => {
    const facts = factsOfNewStudy();
    await using plain = openClient(sandbox.url, 'create-and-search');
    const first = await plain.publish(facts);
    await using better = openClient(sandbox.url, 'put-id');
    const again = await better.publish(facts);
    assert.deepEqual([again.report, again.alreadyPublished], [first.report, true]);
    const second = await better.publish(newer(facts));
    assert.deepEqual([second.report, second.alreadyPublished], [first.report, false]);
    const third = await plain.publish(newer(facts, '0.3.0'));
    assert.equal(third.report, first.report);
    const { provenances } = await assertOnce(sandbox.url, facts);
    assert.equal(provenances.length, 3);
    await get(sandbox.url, first.report);
  });
});
