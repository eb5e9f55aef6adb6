import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { LobarError } from '../../../src/errors.ts';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient, outcome, searchset } from '../ehr-fixture.ts';
import { type Answered, openNarrowedEhr, type SeenRequest } from './narrowed-ehr.ts';
import {
  assertOnce,
  factsOfNewStudy,
  humanPut,
  keptOf,
  newer,
  openClient,
  search,
  writeModes,
} from './write-mode-fixture.ts';

let sandbox: SandboxEhr;
beforeEach(async () => {
  sandbox = await openSandboxEhr({ patients: [canaryPatient] });
});
afterEach(() => sandbox.close());

const nothing: Answered = { status: 200, text: JSON.stringify(searchset([])) };
const notThere: Answered = { status: 404, text: JSON.stringify(outcome('not there')) };
const refused: Answered = { status: 422, text: JSON.stringify(outcome('no')) };
const isSearchFor = ({ method, path }: SeenRequest, type: string) =>
  method === 'GET' && path.startsWith(`/${type}?`);
const changed = (answer: Answered, change: (bundle: fhir4.Bundle) => fhir4.Bundle): Answered => ({
  ...answer,
  text: JSON.stringify(change(JSON.parse(answer.text) as fhir4.Bundle)),
});

for (const mode of writeModes) {
  describe(`Publishing by ${mode} to an EHR`, () => {
    it('whose every search begins with an empty page finds what is there', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using client = openClient(ehr.url, mode);
      ehr.intercept = async ({ method, path }, forward) => {
        if (method !== 'GET' || !path.includes('?')) return await forward();
        if (!path.includes('&page=2')) {
          const { total: _, ...empty } = searchset([]);
          const link = [{ relation: 'next', url: `${ehr.url}${path}&page=2` }];
          return { status: 200, text: JSON.stringify({ ...empty, link }) };
        }
        const answer = await fetch(`${sandbox.url}${path.replace('&page=2', '')}`);
        return { status: answer.status, text: await answer.text() };
      };
      const facts = factsOfNewStudy();
      const first = await client.publish(facts);
      await using another = openClient(ehr.url, mode);
      const again = await another.publish(facts);
      assert.deepEqual([again.report, again.alreadyPublished], [first.report, true]);
      await another.publish(newer(facts));
      await assertOnce(sandbox.url, facts);
    });

    it('that answers a transaction in another order withdraws nothing, and knows what lies where', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using client = openClient(ehr.url, mode);
      ehr.intercept = async ({ method, path }, forward) =>
        method === 'POST' && path === ''
          ? changed(await forward(), (one) => ({ ...one, entry: one.entry?.toReversed() ?? [] }))
          : await forward();
      const facts = factsOfNewStudy();
      const { report, bundle } = await client.publish(facts);
      const { id, observations } = await assertOnce(sandbox.url, facts);
      assert.equal(report, id);
      assert.ok(observations.every(({ status }) => status === 'preliminary'));
      for (const { identifier, ...held } of observations) {
        const said = bundle.entry?.find(({ resource }) => resource?.id === held.id)?.resource;
        assert.deepEqual((said as fhir4.Observation | undefined)?.identifier, identifier);
      }
    });

    it('that finds nothing for several identifiers at once never touches an observation that a human has amended', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using client = openClient(ehr.url, mode);
      ehr.intercept = async (request, forward) =>
        isSearchFor(request, 'Observation') && /,|%2C/i.test(request.path) ? nothing : await forward();
      const facts = factsOfNewStudy();
      await client.publish(facts);
      const { observations } = await keptOf(sandbox.url, facts);
      const lobe = observations.find(({ identifier }) => identifier?.[0]?.value?.endsWith('/lobe-lll'));
      assert.ok(lobe);
      await humanPut(sandbox.url, { ...lobe, status: 'amended' });
      const before = JSON.stringify(await keptOf(sandbox.url, facts));
      await assert.rejects(client.publish(newer(facts)), { code: 'report-finalised' });
      assert.equal(JSON.stringify(await keptOf(sandbox.url, facts)), before);
    });
  });
}

for (const mode of ['conditional-update', 'conditional-create'] as const) {
  describe(`Publishing by ${mode} to an EHR`, () => {
    it('that gives a report another identifier is a warning', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using client = openClient(ehr.url, mode);
      ehr.intercept = async (request, forward) => {
        if (isSearchFor(request, 'DiagnosticReport')) return nothing;
        const answer = await forward();
        if (!request.path.startsWith('/DiagnosticReport/')) return answer;
        const identifier = [{ system: 'urn:ehr', value: '1' }];
        return { ...answer, text: JSON.stringify({ ...JSON.parse(answer.text), identifier }) };
      };
      const { facts } = await client.publish(factsOfNewStudy());
      assert.deepEqual(
        facts.warnings.map(({ code }) => code),
        ['identifier-not-kept'],
      );
    });

    it('that neither says nor shows what it has written is ehr-outcome-unknown, and not written to again', async () => {
      await using ehr = await openNarrowedEhr(sandbox.url, mode);
      await using client = openClient(ehr.url, mode);
      ehr.intercept = async (request, forward) => {
        if (request.path.startsWith('/Patient')) return await forward();
        if (request.method === 'GET') return request.path.includes('?') ? nothing : notThere;
        const withoutIds = ({ response }: fhir4.BundleEntry) => ({
          response: { status: response?.status ?? '' },
        });
        return changed(await forward(), (one) => ({ ...one, entry: one.entry?.map(withoutIds) ?? [] }));
      };
      const facts = factsOfNewStudy();
      await assert.rejects(client.publish(facts), { code: 'ehr-outcome-unknown' });
      assert.equal(ehr.requests.filter(({ method }) => method === 'POST').length, 1);
      await assertOnce(sandbox.url, facts);
    });
  });
}

describe('Publishing by create-and-search to an EHR', () => {
  it('whose answer to the report is lost, and whose search lags, creates no second one', async () => {
    await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
    await using client = openClient(ehr.url, 'create-and-search');
    ehr.intercept = async (request, forward) => {
      if (isSearchFor(request, 'DiagnosticReport')) return nothing;
      const answer = await forward();
      return request.method === 'POST' && request.path === '/DiagnosticReport' ? undefined : answer;
    };
    const facts = factsOfNewStudy();
    await assert.rejects(client.publish(facts), { code: 'ehr-outcome-unknown' });
    const reports = await search<fhir4.DiagnosticReport>(sandbox.url, 'DiagnosticReport', {});
    assert.equal(reports.length, 1);
    ehr.intercept = undefined;
    assert.equal((await client.publish(facts)).alreadyPublished, true);
    await assertOnce(sandbox.url, facts);
  });

  it('that takes some of the new observations and no more does not say that nothing was written', async () => {
    await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
    await using client = openClient(ehr.url, 'create-and-search');
    const facts = factsOfNewStudy();
    await client.publish(facts);
    let puts = 0;
    ehr.intercept = async ({ method }, forward) => {
      puts += method === 'PUT' ? 1 : 0;
      return method === 'PUT' && puts > 3 ? refused : await forward();
    };
    await assert.rejects(client.publish(newer(facts)), (error) => {
      assert.ok(error instanceof LobarError);
      assert.equal(error.code, 'ehr-outcome-unknown');
      assert.match(error.message, /some observations are replaced/);
      assert.equal((error.cause as LobarError).code, 'ehr-rejected');
      return true;
    });
  });

  it('that takes none of the new observations says that no report was published', async () => {
    await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
    await using client = openClient(ehr.url, 'create-and-search');
    const facts = factsOfNewStudy();
    await client.publish(facts);
    ehr.intercept = async ({ method }, forward) => (method === 'PUT' ? refused : await forward());
    await assert.rejects(client.publish(newer(facts)), { code: 'ehr-rejected' });
  });

  it('that takes no Provenance does not say that no report was published', async () => {
    await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
    await using client = openClient(ehr.url, 'create-and-search');
    ehr.intercept = async ({ path }, forward) => (path.startsWith('/Provenance') ? refused : await forward());
    const facts = factsOfNewStudy();
    for (const time of ['first', 'second']) {
      await assert.rejects(
        client.publish(facts),
        { code: 'ehr-outcome-unknown', message: /its Provenance could not be added/ },
        time,
      );
    }
    assert.equal((await keptOf(sandbox.url, facts)).reports.length, 1);
  });
});
