import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import type { EhrClient } from '../../src/fhir/open-ehr.ts';
import { type PublishOptions, publishFindings } from '../../src/fhir/publish-findings.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import {
  canaryPatient,
  json,
  openTestEhr,
  patientSystem,
  rawServer,
  transactionResponse,
} from './ehr-fixture.ts';
import { clearFacts, exampleFacts } from './facts.ts';

describe('Publishing into the embedded EHR', () => {
  let sandbox: SandboxEhr;
  let ehr: EhrClient;
  let options: PublishOptions;

  beforeEach(async () => {
    sandbox = await openSandboxEhr({ patients: [canaryPatient] });
    ({ ehr, options } = openTestEhr(sandbox.url));
  });
  afterEach(async () => {
    await ehr.close();
    await sandbox.close();
  });

  it('writes one report with three results, five lobes among its observations, all about the patient', async () => {
    const { report, alreadyPublished, bundle } = await publishFindings(ehr, exampleFacts, options);
    assert.equal(alreadyPublished, false);
    assert.equal(bundle.entry?.length, 11);
    const read = (await get(sandbox, report)) as fhir4.DiagnosticReport;
    assert.equal(read.status, 'preliminary');
    assert.match(read.subject?.reference ?? '', /^Patient\//);
    for (const { reference = '' } of read.result ?? []) {
      assert.equal((await get(sandbox, reference)).resourceType, 'Observation');
    }
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 1 });
  });

  it('a second time finds what is there and writes nothing', async () => {
    await publishFindings(ehr, exampleFacts, options);
    const again = await publishFindings(ehr, { ...exampleFacts, issuedAt: '2027-01-01T00:00:00Z' }, options);
    assert.equal(again.alreadyPublished, true);
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 1 });
    const history = (await get(sandbox, `${again.report}/_history`)) as fhir4.Bundle;
    assert.equal(history.entry?.length, 1);
  });

  it('after its number was moved to another record writes the report over to that one', async () => {
    const [held] = ((await get(sandbox, 'Patient')) as fhir4.Bundle).entry ?? [];
    const wrong = held?.resource as fhir4.Patient & { id: string };
    const first = await publishFindings(ehr, exampleFacts, options);
    const { id: _, meta: __, ...person } = wrong;
    await send(sandbox, 'PUT', `Patient/${wrong.id}`, { ...person, id: wrong.id, identifier: [] });
    const right = (await send(sandbox, 'POST', 'Patient', person)) as fhir4.Patient;
    const second = await publishFindings(ehr, exampleFacts, options);
    assert.deepEqual([second.alreadyPublished, second.report], [false, first.report]);
    const read = (await get(sandbox, second.report)) as fhir4.DiagnosticReport;
    assert.equal(read.subject?.reference, `Patient/${right.id}`);
  });

  it('eight times at once leaves one report and five lobe observations', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, () => publishFindings(ehr, exampleFacts, options)),
    );
    assert.equal(new Set(results.map(({ report }) => report)).size, 1);
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 1 });
    const lobes = (await get(sandbox, 'Observation?code=involvement-percent')) as fhir4.Bundle;
    // The five lobes and the total share the code; only the total has members.
    const members = (lobes.entry ?? []).filter(({ resource }) => !('hasMember' in (resource ?? {})));
    assert.equal(members.length, 5);
  });

  it('two results of one study at once leaves one report, written whole by one of them', async () => {
    await publishFindings(ehr, exampleFacts, options);
    const newer = (version: string) => ({
      ...exampleFacts,
      algorithm: { ...exampleFacts.algorithm, version },
    });
    await Promise.all(['0.2.0', '0.3.0'].map((version) => publishFindings(ehr, newer(version), options)));
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 3, Provenance: 3 });
  });

  it('a newer result replaces the older one in place, and keeps its Provenance', async () => {
    const first = await publishFindings(ehr, exampleFacts, options);
    const second = await publishFindings(ehr, clearFacts(), options);
    assert.equal(second.alreadyPublished, false);
    assert.equal(second.report, first.report);
    const read = (await get(sandbox, second.report)) as fhir4.DiagnosticReport;
    assert.match(read.conclusion ?? '', /no imaging signs/);
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 2 });
  });

  it('a corrected accession number replaces the old one in place, as a run of its own', async () => {
    const first = await publishFindings(ehr, exampleFacts, options);
    const study = { ...exampleFacts.study, accession: 'ACC-2' };
    const second = await publishFindings(ehr, { ...exampleFacts, study }, options);
    assert.equal(second.alreadyPublished, false);
    assert.equal(second.report, first.report);
    assert.notEqual(second.runKey, first.runKey);
    const read = (await get(sandbox, second.report)) as fhir4.DiagnosticReport;
    assert.deepEqual(
      read.basedOn?.map(({ identifier }) => identifier?.value),
      ['ACC-2'],
    );
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 2 });
  });

  it('a corrected PatientID moves the report to the other patient', async () => {
    const other = { ...canaryPatient, id: 'p2', identifier: [{ system: patientSystem, value: 'MRN-43' }] };
    const both = await openSandboxEhr({ patients: [canaryPatient, other] });
    after(() => both.close());
    const { ehr, options } = openTestEhr(both.url);
    const first = await publishFindings(ehr, exampleFacts, options);
    const study = { ...exampleFacts.study, patientId: 'MRN-43' };
    const second = await publishFindings(ehr, { ...exampleFacts, study }, options);
    await ehr.close();
    assert.equal(second.report, first.report);
    const read = (await get(both, second.report)) as fhir4.DiagnosticReport;
    assert.equal(read.subject?.identifier?.value, 'MRN-43');
    await assertHeld(both, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 2 });
  });

  it('as a dry run resolves the patient, gives the Bundle, and writes nothing', async () => {
    const dry = await publishFindings(ehr, exampleFacts, { ...options, mode: 'dry-run' });
    assert.equal(dry.alreadyPublished, false);
    assert.match(JSON.stringify(dry.bundle), /"reference":"Patient\/[^"]+"/);
    await assertHeld(sandbox, { DiagnosticReport: 0, Observation: 0, Device: 0, Provenance: 0 });
  });

  it('never touches a report that a human has taken over', async () => {
    const { report } = await publishFindings(ehr, exampleFacts, options);
    for (const status of [
      'final',
      'amended',
      'corrected',
      'appended',
      'cancelled',
      'entered-in-error',
    ] as const) {
      const held = (await get(sandbox, report)) as fhir4.DiagnosticReport;
      const human = { ...held, status, conclusion: `Read by a human: ${status}` };
      const put = await fetch(`${sandbox.url}/${report}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify(human),
      });
      assert.equal(put.status, 200);
      await assert.rejects(publishFindings(ehr, clearFacts(), options), {
        code: 'report-finalised',
        message: new RegExp(`holds this report with status '${status}'.*set its status back to preliminary`),
      });
      await assert.rejects(publishFindings(ehr, exampleFacts, options), { code: 'report-finalised' });
      const kept = (await get(sandbox, report)) as fhir4.DiagnosticReport;
      assert.equal(kept.conclusion, `Read by a human: ${status}`);
    }
    await assertHeld(sandbox, { DiagnosticReport: 1, Observation: 8, Device: 1, Provenance: 1 });
  });

  it('of which a human has amended an observation is refused, until its status is set back', async () => {
    await publishFindings(ehr, exampleFacts, options);
    const [first] = ((await get(sandbox, 'Observation')) as fhir4.Bundle).entry ?? [];
    const held = first?.resource as fhir4.Observation & { id: string };
    await send(sandbox, 'PUT', `Observation/${held.id}`, { ...held, status: 'amended' });
    for (const facts of [exampleFacts, clearFacts()]) {
      await assert.rejects(publishFindings(ehr, facts, options), {
        code: 'report-finalised',
        message: /holds an observation of this report with status 'amended'/,
        details: { observation: `Observation/${held.id}` },
      });
    }
    await send(sandbox, 'PUT', `Observation/${held.id}`, { ...held, status: 'preliminary' });
    assert.equal((await publishFindings(ehr, clearFacts(), options)).alreadyPublished, false);
  });
});

describe('A report that a human finalises between our reading and our writing', () => {
  const preliminary = { resourceType: 'DiagnosticReport', status: 'preliminary', meta: { versionId: '7' } };
  let server: Awaited<ReturnType<typeof rawServer>>;
  let reads = 0;

  before(async () => {
    server = await rawServer({
      report: (...exchange) => {
        reads += 1;
        json(200, { ...preliminary, status: reads === 1 ? 'preliminary' : 'final' })(...exchange);
      },
      transaction: json(412, { resourceType: 'OperationOutcome', issue: [] }),
    });
  });
  after(async () => {
    await server[Symbol.asyncDispose]();
  });

  it('is written only if it is still the version that was read, and then left alone', async () => {
    const { ehr, options } = openTestEhr(server.url);
    await assert.rejects(publishFindings(ehr, exampleFacts, options), { code: 'report-finalised' });
    await ehr.close();
    const [post, ...others] = server.requests.filter(({ method }) => method === 'POST');
    const { entry = [] } = JSON.parse(post?.body ?? '{}') as fhir4.Bundle;
    assert.deepEqual(
      entry.map(({ request }) => request?.ifMatch).filter((ifMatch) => ifMatch !== undefined),
      ['W/"7"'],
    );
    assert.equal(others.length, 0);
  });

  it('that keeps changing is given up after three rounds, with what the EHR said', async () => {
    await using busy = await rawServer({
      report: json(200, preliminary),
      transaction: json(409, {
        resourceType: 'OperationOutcome',
        issue: [{ severity: 'error', code: 'conflict', diagnostics: 'edited elsewhere' }],
      }),
    });
    const { ehr, options } = openTestEhr(busy.url);
    await assert.rejects(publishFindings(ehr, exampleFacts, options), {
      code: 'ehr-rejected',
      message: /HTTP 409: edited elsewhere/,
    });
    await ehr.close();
    assert.equal(busy.requests.filter(({ method }) => method === 'POST').length, 3);
  });

  it('is not conditional where the EHR keeps no versions', async () => {
    await using plain = await rawServer({
      report: json(200, { ...preliminary, meta: {} }),
      transaction: json(200, transactionResponse(Array(11).fill('200'))),
    });
    const { ehr, options } = openTestEhr(plain.url);
    assert.equal((await publishFindings(ehr, exampleFacts, options)).alreadyPublished, false);
    await ehr.close();
    assert.doesNotMatch(plain.requests.at(-1)?.body ?? '', /ifMatch/);
  });
});

async function get({ url }: SandboxEhr, path: string): Promise<fhir4.FhirResource> {
  const response = await fetch(`${url}/${path}`);
  assert.equal(response.status, 200, path);
  return (await response.json()) as fhir4.FhirResource;
}

async function send(
  { url }: SandboxEhr,
  method: 'PUT' | 'POST',
  path: string,
  resource: object,
): Promise<fhir4.FhirResource> {
  const headers = { 'content-type': 'application/fhir+json' };
  const response = await fetch(`${url}/${path}`, { method, headers, body: JSON.stringify(resource) });
  assert.ok(response.ok, path);
  return (await response.json()) as fhir4.FhirResource;
}

async function assertHeld(sandbox: SandboxEhr, expected: Record<string, number>): Promise<void> {
  const held: Record<string, number | undefined> = {};
  for (const type of Object.keys(expected)) held[type] = ((await get(sandbox, type)) as fhir4.Bundle).total;
  assert.deepEqual(held, expected);
}
