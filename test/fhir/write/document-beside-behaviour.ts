import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import type { WriteMode } from '../../../src/config-endpoints.ts';
import { client, currentOf, reference, writes } from './document-fixture.ts';
import { type NarrowedEhr, openNarrowedEhr } from './narrowed-ehr.ts';
import {
  assertOnce,
  factsOfNewStudy,
  get,
  humanPut,
  newer,
  openClient,
  pdf,
  search,
} from './write-mode-fixture.ts';

/** What holds of a document that goes with a report, in a mode that writes reports. */
export function describeDocumentBeside(mode: WriteMode, target: () => string): void {
  const narrowed = (): Promise<NarrowedEhr> => openNarrowedEhr(target(), mode);
  const both = { documentReference: true };

  describe(`A document beside a report, by ${mode}`, () => {
    it('refers to the report, is found by it, and has its Provenance', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url, both);
      const facts = factsOfNewStudy();
      const { report, writeMode } = await one.publish(facts);
      assert.equal(writeMode?.mode, mode);
      const held = await currentOf(target(), facts);
      assert.ok(held.context?.related?.some(({ reference }) => reference === report));
      const found = await search<fhir4.DocumentReference>(target(), 'DocumentReference', { related: report });
      assert.deepEqual(found.map(reference), [reference(held)]);
      const provenances = await search<fhir4.Provenance>(target(), 'Provenance', { target: reference(held) });
      assert.equal(provenances.length, 1);
      const { presentedForm = [] } = await get<fhir4.DiagnosticReport>(target(), report);
      assert.deepEqual(presentedForm, [held.content[0]?.attachment]);
    });

    it('a second time writes nothing; a newer version updates it in its place', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url, both);
      const facts = factsOfNewStudy();
      await one.publish(facts);
      const first = await currentOf(target(), facts);
      const before = ehr.requests.length;
      assert.equal((await one.publish(facts)).alreadyPublished, true);
      assert.equal(writes(ehr, before).length, 0);
      const { runKey } = await one.publish(newer(facts));
      const second = await currentOf(target(), facts);
      assert.equal(second.id, first.id);
      assert.ok(second.identifier?.some(({ value }) => value === runKey));
    });

    it('is never touched once a human has made it final, nor is the report then', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url, both);
      const facts = factsOfNewStudy();
      const { report } = await one.publish(facts);
      await humanPut(target(), { ...(await currentOf(target(), facts)), docStatus: 'final' });
      const before = await get<fhir4.DiagnosticReport>(target(), report);
      const since = ehr.requests.length;
      await assert.rejects(one.publish(newer(facts)), {
        code: 'report-finalised',
        message: /holds the document of this report with status 'final'/,
      });
      assert.equal(writes(ehr, since).length, 0);
      assert.deepEqual(await get(target(), report), before);
    });

    it('twenty times at once by two processes leaves one current document, of the report that is left', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url, both);
      await using other = client(ehr.url, both);
      const facts = factsOfNewStudy();
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).publish(facts)),
      );
      const [report, ...others] = new Set(results.map(({ report }) => report));
      assert.equal(others.length, 0);
      const held = await currentOf(target(), facts);
      assert.ok(held.context?.related?.some(({ reference }) => reference === report));
    });
  });
}

/** What holds of a PDF of a megabyte, the most that one has, in the report and beside it, where copies are looked for. */
export function describeLargeDocument(target: () => string): void {
  describe('A document of a megabyte', () => {
    it('is written, found again, replaced, and comes back as it was', async () => {
      await using ehr = await openNarrowedEhr(target(), 'create-and-search');
      const large = { ...pdf, bytes: randomBytes(2 ** 20) };
      const config = { documentReference: true, presentedForm: ['pdf' as const] };
      await using one = openClient(ehr.url, config, { present: async () => [large] });
      await using other = openClient(ehr.url, config, { present: async () => [large] });
      const facts = factsOfNewStudy();
      await Promise.all([one.publish(facts), other.publish(facts)]);
      await one.publish(newer(facts));
      assert.equal((await other.publish(newer(facts))).alreadyPublished, true);
      await assertOnce(target(), facts);
      const { data = '', hash } = (await currentOf(target(), facts)).content[0]?.attachment ?? {};
      const kept = Buffer.from(data, 'base64');
      assert.deepEqual(kept, large.bytes);
      assert.equal(hash, createHash('sha1').update(kept).digest('base64'));
    });
  });
}
