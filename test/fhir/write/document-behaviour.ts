import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { client, currentOf, documentsOf, reference, writes } from './document-fixture.ts';
import { type NarrowedEhr, openNarrowedEhr } from './narrowed-ehr.ts';
import { factsOfNewStudy, get, humanPut, newer, openClient, pdf } from './write-mode-fixture.ts';

/** What holds of the write mode `document`, whatever the server is. */
export function describeDocumentMode(target: () => string): void {
  const narrowed = (): Promise<NarrowedEhr> => openNarrowedEhr(target(), 'document');

  describe('Publishing by document', () => {
    it('is what is chosen where nothing else can be created, and writes one DocumentReference alone', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      const facts = factsOfNewStudy();
      const result = await one.publish(facts);
      assert.equal(result.writeMode?.mode, 'document');
      assert.match(
        result.writeMode?.because ?? '',
        /takes create and search of DocumentReference, but not even/,
      );
      assert.deepEqual([result.alreadyPublished, result.replaced], [false, false]);
      const held = await currentOf(target(), facts);
      assert.equal(result.report, reference(held));
      assert.deepEqual(
        writes(ehr).map(({ method, path }) => [method, path]),
        [['POST', '/DocumentReference']],
      );
      assert.equal(held.docStatus, 'preliminary');
      assert.equal(held.subject?.reference, 'Patient/p-canary-id');
      const { data, size, contentType } = held.content[0]?.attachment ?? {};
      assert.deepEqual(Buffer.from(data ?? '', 'base64'), Buffer.from(pdf.bytes));
      assert.deepEqual([size, contentType], [pdf.bytes.length, 'application/pdf']);
      assert.equal(result.bundle.entry?.length, 1);
      assert.equal(result.bundle.entry?.[0]?.resource?.id, held.id);
    });

    it('a second time, also with another PDF, writes nothing and makes none', async () => {
      await using ehr = await narrowed();
      const facts = factsOfNewStudy();
      await using one = client(ehr.url);
      const { report } = await one.publish(facts);
      const before = ehr.requests.length;
      let made = 0;
      const inGerman = async () => {
        made += 1;
        return [{ ...pdf, language: 'de', bytes: new TextEncoder().encode('%PDF-1.7 anders') }];
      };
      await using other = openClient(ehr.url, { presentedForm: ['pdf'] }, { present: inGerman });
      const again = await other.publish({ ...facts, issuedAt: '2027-01-01T00:00:00Z' });
      assert.deepEqual([again.alreadyPublished, again.report, made], [true, report, 0]);
      assert.equal(writes(ehr, before).length, 0);
      await currentOf(target(), facts);
    });

    it('a newer version is a document of its own that replaces the old one, which is superseded', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      const facts = factsOfNewStudy();
      const first = await one.publish(facts);
      const second = await one.publish(newer(facts));
      assert.deepEqual([second.alreadyPublished, second.replaced], [false, true]);
      assert.notEqual(second.report, first.report);
      const held = await currentOf(target(), facts);
      assert.equal(reference(held), second.report);
      assert.deepEqual(
        held.relatesTo?.map(({ code, target: { reference } }) => [code, reference]),
        [['replaces', first.report]],
      );
      const old = await get<fhir4.DocumentReference>(target(), first.report);
      assert.equal(old.status, 'superseded');
      assert.equal(old.content[0]?.attachment.size, pdf.bytes.length, 'whole as it was');
      // And a third, so that two are superseded; and the first one once more.
      const third = await one.publish(newer(facts, '0.3.0'));
      assert.equal(reference(await currentOf(target(), facts)), third.report);
      const back = await one.publish(facts);
      assert.deepEqual([back.alreadyPublished, back.replaced], [false, true]);
      assert.equal(reference(await currentOf(target(), facts)), back.report);
      assert.equal((await one.publish(facts)).alreadyPublished, true);
    });

    for (const docStatus of ['final', 'amended'] as const) {
      it(`never touches a document that a human has made ${docStatus}`, async () => {
        await using ehr = await narrowed();
        await using one = client(ehr.url);
        const facts = factsOfNewStudy();
        const { report } = await one.publish(facts);
        const held = await get<fhir4.DocumentReference>(target(), report);
        await humanPut(target(), { ...held, docStatus, description: 'Read by a human' });
        const before = JSON.stringify(await documentsOf(target(), facts));
        const refused = {
          code: 'report-finalised',
          message: new RegExp(`holds the document of this report with status '${docStatus}'`),
        };
        await assert.rejects(one.publish(newer(facts)), refused);
        await assert.rejects(one.publish(facts), refused, 'of this very result, too');
        assert.equal(JSON.stringify(await documentsOf(target(), facts)), before);
      });
    }

    it('never writes beside a document that a human has superseded', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      const facts = factsOfNewStudy();
      const { report } = await one.publish(facts);
      await humanPut(target(), {
        ...(await get<fhir4.DocumentReference>(target(), report)),
        status: 'superseded',
      });
      await assert.rejects(one.publish(newer(facts)), { code: 'report-finalised', message: /'superseded'/ });
    });

    it('twenty times at once in one process is one document, written once', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      const facts = factsOfNewStudy();
      const results = await Promise.all(Array.from({ length: 20 }, () => one.publish(facts)));
      const held = await currentOf(target(), facts);
      assert.deepEqual([...new Set(results.map(({ report }) => report))], [reference(held)]);
      assert.equal(results.filter(({ alreadyPublished }) => !alreadyPublished).length, 1);
      assert.equal(writes(ehr).length, 1);
    });

    it('twenty times at once by two processes, neither of which goes first, leaves one current document', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      await using other = client(ehr.url);
      const facts = factsOfNewStudy();
      const both = Promise.withResolvers<void>();
      let creating = 0;
      ehr.intercept = async ({ method }, forward) => {
        if (method === 'POST') {
          creating += 1;
          if (creating === 2) both.resolve();
          await both.promise;
        }
        return await forward();
      };
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : other).publish(facts)),
      );
      const held = await currentOf(target(), facts);
      assert.deepEqual([...new Set(results.map(({ report }) => report))], [reference(held)]);
      assert.equal(creating, 2);
      assert.deepEqual(
        results.flatMap(({ facts: { warnings } }) => warnings),
        [],
      );
    });

    it('two versions at once by two processes leaves one current document, of one of them', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      await using other = client(ehr.url);
      const facts = factsOfNewStudy();
      const results = await Promise.all([one.publish(facts), other.publish(newer(facts))]);
      const { identifier = [] } = await currentOf(target(), facts);
      const runs = results.map(({ runKey }) => runKey);
      assert.equal(identifier.filter(({ value }) => runs.includes(value ?? '')).length, 1);
    });

    it('whose answer is lost finds out that it was written', async () => {
      await using ehr = await narrowed();
      await using one = client(ehr.url);
      const facts = factsOfNewStudy();
      let lost = false;
      ehr.intercept = async ({ method }, forward) => {
        const answer = await forward();
        if (method === 'GET' || lost) return answer;
        lost = true;
        return undefined;
      };
      const { report } = await one.publish(facts);
      assert.equal(report, reference(await currentOf(target(), facts)));
    });

    it('where nothing may be updated says so, and stays idempotent', async () => {
      await using ehr = await openNarrowedEhr(target(), [
        'create of reports',
        'transaction',
        'update',
        'updateCreate',
        'conditionalUpdate',
        'conditionalCreate',
      ]);
      await using one = client(ehr.url);
      const facts = factsOfNewStudy();
      const first = await one.publish(facts);
      const second = await one.publish(newer(facts));
      assert.deepEqual(
        second.facts.warnings.map(({ code }) => code),
        ['document-not-superseded'],
      );
      assert.equal((await one.publish(newer(facts))).alreadyPublished, true);
      const all = await documentsOf(target(), facts);
      assert.deepEqual(all.map(reference).toSorted(), [first.report, second.report].toSorted());
    });

    it('without a PDF is an error before anything is written', async () => {
      await using ehr = await narrowed();
      await using one = openClient(ehr.url, { writeMode: 'document' });
      await assert.rejects(one.publish(factsOfNewStudy()), {
        code: 'report-failed',
        message: /no PDF was made/,
      });
      assert.equal(writes(ehr).length, 0);
    });
  });
}
