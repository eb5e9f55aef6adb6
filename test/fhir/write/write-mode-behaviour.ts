import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WriteMode } from '../../../src/config-endpoints.ts';
import { type NarrowedEhr, openNarrowedEhr } from './narrowed-ehr.ts';
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

/** What holds in a write mode, whatever the server is. */
export function describeWriteMode(mode: WriteMode, target: () => string): void {
  const narrowed = (): Promise<NarrowedEhr> => openNarrowedEhr(target(), mode);

  describe(`Publishing by ${mode}`, () => {
    it('is what is chosen, and leaves one report with all it rests on', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const facts = factsOfNewStudy();
      const result = await client.publish(facts);
      assert.equal(result.writeMode?.mode, mode);
      assert.equal(result.alreadyPublished, false);
      const { id, provenances } = await assertOnce(target(), facts);
      assert.equal(result.report, id);
      assert.equal(provenances.length, 1);
      assert.equal(provenances[0]?.target.length, 9);
    });

    it('gives a Bundle whose ids are those of the EHR', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const { bundle } = await client.publish(factsOfNewStudy());
      for (const { resource } of bundle.entry ?? []) {
        assert.ok(resource?.id !== undefined, resource?.resourceType);
        const held = await get(target(), `${resource.resourceType}/${resource.id}`);
        const { id: _, meta: __, text: ___, ...content } = resource as fhir4.DiagnosticReport;
        for (const [name, value] of Object.entries(content)) {
          assert.deepEqual((held as unknown as Record<string, unknown>)[name], value, name);
        }
      }
    });

    it('a second time writes nothing', async () => {
      await using ehr = await narrowed();
      const facts = factsOfNewStudy();
      await using first = openClient(ehr.url);
      const { report } = await first.publish(facts);
      const before = ehr.requests.length;
      await using second = openClient(ehr.url);
      const again = await second.publish({ ...facts, issuedAt: '2027-01-01T00:00:00Z' });
      assert.equal(again.alreadyPublished, true);
      assert.equal(again.report, report);
      assert.ok(ehr.requests.slice(before).every(({ method }) => method === 'GET'));
      await assertOnce(target(), facts);
    });

    it('a newer version updates the same report and keeps the old Provenance', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const facts = factsOfNewStudy();
      const first = await client.publish(facts);
      const before = ehr.requests.length;
      const second = await client.publish(newer(facts));
      assert.equal(second.alreadyPublished, false);
      assert.equal(second.report, first.report);
      const { provenances, reports } = await assertOnce(target(), facts);
      assert.ok(reports[0]?.identifier?.some(({ value }) => value === second.runKey));
      assert.deepEqual(
        provenances.map(({ target: [one] }) => one?.identifier?.value).toSorted(),
        [first.runKey, second.runKey].toSorted(),
      );
      // What was there is replaced only as it was read.
      const writes = ehr.requests.slice(before).filter(({ method }) => method !== 'GET');
      const conditions = writes.flatMap(({ method, path, headers, body }) =>
        path === ''
          ? ((JSON.parse(body) as fhir4.Bundle).entry ?? []).flatMap(({ request }) => request?.ifMatch ?? [])
          : method === 'PUT'
            ? [headers['if-match']]
            : [],
      );
      assert.equal(conditions.length, 9);
      assert.ok(conditions.every((one) => one?.startsWith('W/"')));
    });

    for (const status of ['final', 'amended', 'entered-in-error'] as const) {
      it(`never touches a report that a human has set ${status}`, async () => {
        await using ehr = await narrowed();
        await using client = openClient(ehr.url);
        const facts = factsOfNewStudy();
        const { report } = await client.publish(facts);
        const held = await get<fhir4.DiagnosticReport>(target(), report);
        await humanPut(target(), { ...held, status, conclusion: 'Read by a human' });
        const before = JSON.stringify(await keptOf(target(), facts));
        await assert.rejects(client.publish(newer(facts)), { code: 'report-finalised' });
        await assert.rejects(client.publish(facts), { code: 'report-finalised' }, 'of this very result, too');
        assert.equal(JSON.stringify(await keptOf(target(), facts)), before);
      });
    }

    it('never touches a report of which a human has amended an observation', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const facts = factsOfNewStudy();
      await client.publish(facts);
      const { observations } = await keptOf(target(), facts);
      const lobe = observations.find(({ identifier }) => identifier?.[0]?.value?.endsWith('/lobe-rml'));
      assert.ok(lobe);
      await humanPut(target(), { ...lobe, status: 'amended' });
      const before = JSON.stringify(await keptOf(target(), facts));
      await assert.rejects(client.publish(newer(facts)), {
        code: 'report-finalised',
        message: /holds an observation of this report with status 'amended'/,
      });
      await assert.rejects(client.publish(facts), { code: 'report-finalised' }, 'of this very result, too');
      assert.equal(JSON.stringify(await keptOf(target(), facts)), before);
    });

    it('twenty times at once in one process leaves one report and one Provenance', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const facts = factsOfNewStudy();
      const results = await Promise.all(Array.from({ length: 20 }, () => client.publish(facts)));
      const { id, provenances } = await assertOnce(target(), facts);
      assert.deepEqual([...new Set(results.map(({ report }) => report))], [id]);
      assert.equal(results.filter(({ alreadyPublished }) => !alreadyPublished).length, 1);
      assert.equal(provenances.length, 1);
    });

    it('twenty times at once by two processes leaves one report', async () => {
      await using ehr = await narrowed();
      await using one = openClient(ehr.url);
      await using other = openClient(ehr.url);
      const facts = factsOfNewStudy();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).publish(facts)),
      );
      const { id } = await assertOnce(target(), facts);
      assert.deepEqual([...new Set(results.map(({ report }) => report))], [id]);
    });

    it('two versions at once by two processes leaves one report, written by one of them', async () => {
      await using ehr = await narrowed();
      await using one = openClient(ehr.url);
      await using other = openClient(ehr.url);
      const facts = factsOfNewStudy();
      const results = await Promise.all([one.publish(facts), other.publish(newer(facts))]);
      const { reports } = await assertOnce(target(), facts);
      const runs = results.map(({ runKey }) => runKey);
      assert.equal(reports[0]?.identifier?.filter(({ value }) => runs.includes(value ?? '')).length, 1);
    });

    it('whose answer is lost finds out that it was written', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const facts = factsOfNewStudy();
      let lost = 0;
      ehr.intercept = async ({ method }, forward) => {
        const answer = await forward();
        if (method === 'GET' || lost > 1) return answer;
        lost += 1;
        return undefined;
      };
      const { report } = await client.publish(facts);
      const { id, provenances } = await assertOnce(target(), facts);
      assert.equal(report, id);
      assert.equal(provenances.length, 1);
    });

    it('that another process overtakes between look and write is not written over it', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const facts = factsOfNewStudy();
      const { report } = await client.publish(facts);
      let overtaken = false;
      ehr.intercept = async ({ method }, forward) => {
        if (method !== 'GET' && !overtaken) {
          overtaken = true;
          const held = await get<fhir4.DiagnosticReport>(target(), report);
          await humanPut(target(), { ...held, status: 'final', conclusion: 'Read by a human' });
        }
        return await forward();
      };
      await assert.rejects(client.publish(newer(facts)), { code: 'report-finalised' });
      const { status, conclusion } = await get<fhir4.DiagnosticReport>(target(), report);
      assert.deepEqual([status, conclusion], ['final', 'Read by a human']);
    });

    it('does not take for its own what a server finds that ignores the identifier', async () => {
      await using ehr = await narrowed();
      await using client = openClient(ehr.url);
      const other = factsOfNewStudy();
      await client.publish(other);
      const [anyReport] = await search<fhir4.DiagnosticReport>(target(), 'DiagnosticReport', {});
      assert.ok(anyReport);
      ehr.intercept = async ({ method, path }, forward) => {
        const answer = await forward();
        if (method !== 'GET' || !path.startsWith('/DiagnosticReport?')) return answer;
        const found = JSON.parse(answer.text) as fhir4.Bundle;
        const entry = [{ resource: anyReport }, ...(found.entry ?? [])];
        return { ...answer, text: JSON.stringify({ ...found, entry }) };
      };
      const facts = factsOfNewStudy();
      const { alreadyPublished } = await client.publish(facts);
      assert.equal(alreadyPublished, false);
      await assertOnce(target(), facts);
      await assertOnce(target(), other);
    });
  });
}
