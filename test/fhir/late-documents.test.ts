import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WriteMode } from '../../src/config-endpoints.ts';
import type { EhrConfig } from '../../src/config-schema.ts';
import type { Notice } from '../../src/errors.ts';
import type { PublishOptions } from '../../src/fhir/publish-findings.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { problemsOf } from './validators.ts';
import { currentOf } from './write/document-fixture.ts';
import { openNarrowedEhr } from './write/narrowed-ehr.ts';
import { assertOnce, get, humanPut, newer, openClient, pdf, writeModes } from './write/write-mode-fixture.ts';

const late: Notice = { code: 'report-late', text: 'It is not there yet.' };

/** An EHR of one write mode, and what becomes of documents that are there, or late where they may be. */
async function openFixture(mode: WriteMode) {
  const sandbox = await openSandboxEhr({ patients: [canaryPatient] });
  const ehr = await openNarrowedEhr(sandbox.url, mode);
  const asked: boolean[] = [];
  const done: string[] = [];
  const client = (isLate: boolean, config: Partial<EhrConfig> = {}, more: Partial<PublishOptions> = {}) =>
    openClient(
      ehr.url,
      { presentedForm: ['pdf'], ...config },
      {
        present: async (_resolved, _signal, mayBeLate) => {
          asked.push(mayBeLate);
          return isLate && mayBeLate ? { late } : [pdf];
        },
        store: async () => void done.push('stored'),
        attachLate: true,
        ...more,
      },
    );
  return {
    sandbox,
    asked,
    done,
    client,
    async [Symbol.asyncDispose]() {
      await ehr[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

const formsOf = async (url: string, report: string) =>
  ((await get<fhir4.DiagnosticReport>(url, report)).presentedForm ?? []).length;

for (const mode of writeModes) {
  describe(`A report whose documents are late, by ${mode},`, () => {
    it('is published whole without them, gets them when it is sent again, and then stays as it is', async () => {
      await using one = await openFixture(mode);
      const { url } = one.sandbox;
      await using slow = one.client(true, { documentReference: true });
      const first = await slow.publish(exampleFacts);
      assert.deepEqual([first.alreadyPublished, first.facts.warnings.at(-1)], [false, late]);
      assert.ok(first.bundle.entry?.every(({ resource }) => resource?.resourceType !== 'DocumentReference'));
      assert.deepEqual(problemsOf(first.bundle), []);
      await assertOnce(url, exampleFacts);
      assert.equal(await formsOf(url, first.report), 0);
      // What is late is stored by who makes it.
      assert.deepEqual(one.done, []);

      const again = await slow.publish(exampleFacts);
      assert.deepEqual([again.alreadyPublished, again.facts.warnings.at(-1)], [true, late]);
      assert.equal(await formsOf(url, first.report), 0);

      await using quick = one.client(false, { documentReference: true });
      const attached = await quick.publish(exampleFacts);
      assert.equal(attached.report, first.report);
      assert.deepEqual([attached.alreadyPublished, attached.replaced], [false, true]);
      assert.equal(await formsOf(url, first.report), 1);
      await currentOf(url, exampleFacts);
      await assertOnce(url, exampleFacts);
      assert.deepEqual(one.done, ['stored']);

      one.asked.length = 0;
      assert.equal((await quick.publish(exampleFacts)).alreadyPublished, true);
      assert.deepEqual(one.asked, []);
    });

    it('is left as it is where a human has finalised it since', async () => {
      await using one = await openFixture(mode);
      await using slow = one.client(true);
      const { report } = await slow.publish(exampleFacts);
      const held = await get<fhir4.DiagnosticReport>(one.sandbox.url, report);
      await humanPut(one.sandbox.url, { ...held, status: 'final' });
      await using quick = one.client(false);
      await assert.rejects(quick.publish(exampleFacts), { code: 'report-finalised' });
      assert.equal(await formsOf(one.sandbox.url, report), 0);
    });

    it('waits for them where a document of an earlier result would stand beside it', async () => {
      await using one = await openFixture(mode);
      await using quick = one.client(false, { documentReference: true });
      await quick.publish(exampleFacts);
      await using slow = one.client(true, { documentReference: true });
      const { report, facts } = await slow.publish(newer(exampleFacts));
      assert.deepEqual(one.asked, [true, false]);
      assert.ok(facts.warnings.every(({ code }) => code !== late.code));
      assert.equal(await formsOf(one.sandbox.url, report), 1);
    });
  });
}

describe('Late documents', () => {
  it('are waited for where the document is all that is written', async () => {
    await using one = await openFixture('document');
    await using slow = one.client(true);
    const { report } = await slow.publish(exampleFacts);
    assert.deepEqual(one.asked, [false]);
    assert.match(report, /^DocumentReference\//);
  });

  it('are waited for by a dry run, and by who wants them of a report that is there', async () => {
    await using one = await openFixture('put-id');
    await using dry = one.client(true, {}, { mode: 'dry-run' });
    await dry.publish(exampleFacts);
    await using quick = one.client(false);
    await quick.publish(exampleFacts);
    await using wanting = one.client(true, {}, { presentAlways: true });
    assert.equal((await wanting.publish(exampleFacts)).alreadyPublished, true);
    assert.deepEqual(one.asked, [false, true, false]);
    assert.deepEqual(one.done, ['stored', 'stored']);
  });

  for (const mode of writeModes) {
    it(`are added by ${mode} too where the configuration no longer lets them be late`, async () => {
      await using one = await openFixture(mode);
      await using slow = one.client(true);
      const { report } = await slow.publish(exampleFacts);
      await using asEver = one.client(false, {}, { attachLate: false });
      assert.equal((await asEver.publish(exampleFacts)).report, report);
      assert.equal(await formsOf(one.sandbox.url, report), 1);
      const held = await get<fhir4.DiagnosticReport>(one.sandbox.url, report);
      assert.equal(held.meta?.tag, undefined);
      assert.equal((await asEver.publish(exampleFacts)).alreadyPublished, true);
      await assertOnce(one.sandbox.url, exampleFacts);
    });
  }

  it('are not added by that to a report that was never late: what a human took away stays away', async () => {
    await using one = await openFixture('put-id');
    await using asEver = one.client(false, {}, { attachLate: false });
    const { report } = await asEver.publish(exampleFacts);
    const { presentedForm: _, ...held } = await get<fhir4.DiagnosticReport>(one.sandbox.url, report);
    await humanPut(one.sandbox.url, held);
    assert.equal((await asEver.publish(exampleFacts)).alreadyPublished, true);
    assert.equal(await formsOf(one.sandbox.url, report), 0);
  });
});
