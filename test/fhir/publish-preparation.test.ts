import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { WriteMode } from '../../src/config-endpoints.ts';
import { type PublishOptions, publishFindings } from '../../src/fhir/publish-findings.ts';
import { openSandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient, openTestEhr, rawServer } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { openNarrowedEhr, type SeenRequest } from './write/narrowed-ehr.ts';
import { get, humanPut, newer, openClient, pdf, writeModes } from './write/write-mode-fixture.ts';

type Held = fhir4.DiagnosticReport | fhir4.DocumentReference;

/** An EHR, and what goes with each report: when it was made and stored, by the requests that the EHR had seen then. */
async function openFixture(mode: WriteMode) {
  const sandbox = await openSandboxEhr({ patients: [canaryPatient] });
  const ehr = await openNarrowedEhr(sandbox.url, mode);
  const seen: { what: 'made' | 'stored'; after: readonly SeenRequest[] }[] = [];
  const note = (what: 'made' | 'stored') => void seen.push({ what, after: [...ehr.requests] });
  const present: PublishOptions['present'] = async () => {
    note('made');
    return [pdf];
  };
  const store = async () => note('stored');
  const client = (more: Partial<PublishOptions> = {}) =>
    openClient(ehr.url, { presentedForm: ['pdf'] }, { present, store, ...more });
  return {
    sandbox,
    ehr,
    seen,
    note,
    client,
    what: () => seen.splice(0).map(({ what }) => what),
    async [Symbol.asyncDispose]() {
      await ehr[Symbol.asyncDispose]();
      await sandbox.close();
    },
  };
}

async function signedByHuman(url: string, report: string): Promise<void> {
  const held = await get<Held>(url, report);
  const isDocument = held.resourceType === 'DocumentReference';
  await humanPut(url, isDocument ? { ...held, docStatus: 'final' } : { ...held, status: 'final' });
}

const isWrite = ({ method }: SeenRequest) => method !== 'GET';

for (const mode of [...writeModes, 'document'] as const) {
  describe(`What goes with a report, by ${mode},`, () => {
    it('is made, then stored, before anything is written', async () => {
      await using one = await openFixture(mode);
      await using client = one.client();
      await client.publish(exampleFacts);
      assert.deepEqual(
        one.seen.map(({ what, after }) => [what, after.filter(isWrite).length]),
        [
          ['made', 0],
          ['stored', 0],
        ],
      );
    });

    it('is neither made nor stored for a report that a human has finalised', async () => {
      await using one = await openFixture(mode);
      await using client = one.client();
      const { report } = await client.publish(exampleFacts);
      one.what();
      await signedByHuman(one.sandbox.url, report);
      await assert.rejects(client.publish(newer(exampleFacts)), { code: 'report-finalised' });
      assert.deepEqual(one.what(), []);
    });

    it('is made but not stored where a human finalises the report meanwhile', async () => {
      await using one = await openFixture(mode);
      await using first = one.client();
      const { report } = await first.publish(exampleFacts);
      one.what();
      const present = async () => {
        one.note('made');
        await signedByHuman(one.sandbox.url, report);
        return [pdf];
      };
      await using second = one.client({ present });
      await assert.rejects(second.publish(newer(exampleFacts)), { code: 'report-finalised' });
      assert.deepEqual(one.what(), ['made']);
    });

    it('is neither made nor stored where the EHR holds the result, unless it is wanted besides', async () => {
      await using one = await openFixture(mode);
      await using client = one.client();
      await client.publish(exampleFacts);
      one.what();
      assert.equal((await client.publish(exampleFacts)).alreadyPublished, true);
      assert.deepEqual(one.what(), []);
      await using wanting = one.client({ presentAlways: true });
      assert.equal((await wanting.publish(exampleFacts)).alreadyPublished, true);
      assert.deepEqual(one.what(), ['made', 'stored']);
    });
  });
}

describe('What goes with a report', () => {
  it('that cannot be stored keeps the report from the EHR', async () => {
    await using server = await rawServer({});
    const { ehr, options } = openTestEhr(server.url);
    const store = async () => {
      throw new Error('no room');
    };
    const present = async () => [pdf];
    await assert.rejects(publishFindings(ehr, exampleFacts, { ...options, present, store }), /no room/);
    await ehr.close();
    assert.ok(server.requests.every(({ method }) => method === 'GET'));
  });

  it('takes no time of the EHR', async (t) => {
    await using server = await rawServer({});
    // Of 20 s for all of the publishing.
    const { ehr, options } = openTestEhr(server.url);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const signals: AbortSignal[] = [];
    const lasts30s = async (signal: AbortSignal) => {
      t.mock.timers.tick(30_000);
      signals.push(signal);
    };
    await publishFindings(ehr, exampleFacts, {
      ...options,
      present: async (_resolved, signal) => {
        await lasts30s(signal);
        return [pdf];
      },
      store: lasts30s,
    });
    await ehr.close();
    assert.deepEqual(signals, [options.signal, options.signal]);
  });

  it('takes no time of who waits for it to publish the same, either', async (t) => {
    await using server = await rawServer({});
    const { ehr, options } = openTestEhr(server.url);
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const turns = t.mock.method(ehr.publishing, 'run');
    const made = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const present = async () => {
      begun.resolve();
      await made.promise;
      return [pdf];
    };
    const publish = () => publishFindings(ehr, exampleFacts, { ...options, present });
    const first = publish();
    await begun.promise;
    const second = publish();
    while (turns.mock.callCount() < 2) await new Promise(setImmediate);
    t.mock.timers.tick(30_000);
    made.resolve();
    await Promise.all([first, second]);
    await ehr.close();
  });
});
