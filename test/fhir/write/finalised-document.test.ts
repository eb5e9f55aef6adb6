import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { ReportFacts } from '../../../src/fhir/report-facts.ts';
import { openSandboxEhr, type SandboxEhr } from '../../../src/sandbox/ehr/open-sandbox-ehr.ts';
import { canaryPatient } from '../ehr-fixture.ts';
import { client, currentOf, reference, writes } from './document-fixture.ts';
import { openNarrowedEhr, type SeenRequest } from './narrowed-ehr.ts';
import { factsOfNewStudy, get, humanPut, newer, search } from './write-mode-fixture.ts';

let sandbox: SandboxEhr;
beforeEach(async () => {
  sandbox = await openSandboxEhr({ patients: [canaryPatient] });
});
afterEach(() => sandbox.close());

/** Publishes a newer result one by one, while a human makes the document final once `when` was answered. */
async function publishWhileSigned(facts: ReportFacts, when: (request: SeenRequest) => boolean) {
  await using ehr = await openNarrowedEhr(sandbox.url, 'create-and-search');
  await using one = client(ehr.url, { documentReference: true });
  await one.publish(facts);
  const first = await currentOf(sandbox.url, facts);
  const signed = { ...first, docStatus: 'final' as const, description: 'Signed by a human' };
  let isSigned = false;
  let isReportWritten = false;
  ehr.intercept = async (request, forward) => {
    const answer = await forward();
    isReportWritten ||= request.method === 'PUT' && request.path.startsWith('/DiagnosticReport/');
    if (isReportWritten && !isSigned && when(request)) {
      isSigned = true;
      await humanPut(sandbox.url, signed);
    }
    return answer;
  };
  const before = ehr.requests.length;
  const result = await one.publish(newer(facts));
  assert.ok(isSigned);
  return { result, signed, written: writes(ehr, before).map(({ path }) => path) };
}

describe('A document that a human makes final while the report before it is written', () => {
  const moments = {
    'right after the report': () => true,
    'right after it was looked at': ({ path }: SeenRequest) => path.startsWith('/DocumentReference?'),
  };
  for (const [moment, when] of Object.entries(moments)) {
    it(`${moment} stays as it is, and the answer says that the new one is not there`, async () => {
      const facts = factsOfNewStudy();
      const { result, signed, written } = await publishWhileSigned(facts, when);
      const held = await currentOf(sandbox.url, facts);
      assert.deepEqual([held.docStatus, held.description], ['final', 'Signed by a human']);
      assert.equal(held.id, signed.id);
      assert.ok(written.every((path) => !path.startsWith('/DocumentReference')));
      assert.equal(result.alreadyPublished, false);
      const [warning, ...others] = result.facts.warnings;
      assert.equal(others.length, 0);
      assert.equal(warning?.code, 'document-not-published');
      assert.match(
        warning?.text ?? '',
        /^The report is published, but its document is not: a human has taken/,
      );
      await get(sandbox.url, result.report);
      // What the human signed was not made by the new run.
      const provenances = await search<fhir4.Provenance>(sandbox.url, 'Provenance', {
        target: reference(signed),
      });
      assert.equal(provenances.length, 1);
    });
  }
});
