import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { EhrConfig } from '../../src/config-schema.ts';
import type { Notice } from '../../src/errors.ts';
import { buildBundle } from '../../src/fhir/build-bundle.ts';
import type { ResolvedReport } from '../../src/fhir/presented-form.ts';
import type { PreviousReport } from '../../src/fhir/previous-reports.ts';
import { publishFindings } from '../../src/fhir/publish-findings.ts';
import { openSandboxEhr, type SandboxEhr } from '../../src/sandbox/ehr/open-sandbox-ehr.ts';
import {
  type Answer,
  canaryPatient,
  fhirBase,
  json,
  openTestEhr,
  outcome,
  patientSystem,
  type RawServer,
  rawServer,
  searchset,
} from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { describePreviousReports } from './previous-behaviour.ts';
import { pdf } from './write/write-mode-fixture.ts';

let sandbox: SandboxEhr;
before(async () => {
  sandbox = await openSandboxEhr({ patients: [canaryPatient] });
});
after(() => sandbox.close());

describePreviousReports(() => sandbox.url);

describe('Reading earlier results', () => {
  const isOfPatient = (url = '') => url.startsWith('/fhir/DiagnosticReport?') && url.includes('patient=');

  interface Told {
    readonly previous: readonly PreviousReport[] | undefined;
    readonly warnings: readonly Notice[];
    readonly onPaper: readonly Notice[] | undefined;
    readonly requests: RawServer['requests'];
  }

  /** Publishes into a server that answers the question for earlier reports so. */
  async function publishWith(
    previously: Answer,
    config: Partial<EhrConfig> = {},
    other?: Answer,
  ): Promise<Told> {
    const answer: Answer = (request, response, body) =>
      (isOfPatient(request.url) ? previously : (other ?? json(200, searchset([]))))(request, response, body);
    await using server = await rawServer({ other: answer });
    const { ehr, options } = openTestEhr(server.url, { previousResults: true, ...config });
    let told: ResolvedReport | undefined;
    const present = async (resolved: ResolvedReport) => {
      told = resolved;
      return [pdf];
    };
    try {
      const { facts, alreadyPublished } = await publishFindings(ehr, exampleFacts, { ...options, present });
      assert.equal(alreadyPublished, false);
      const { previous, facts: onPaper } = told ?? {};
      return { previous, warnings: facts.warnings, onPaper: onPaper?.warnings, requests: server.requests };
    } finally {
      await ehr.close();
    }
  }

  const failures: readonly [string, Answer, RegExp][] = [
    ['fails', json(500, outcome('no')), /\(ehr-error\)/],
    ['does not know the question', json(400, outcome('identifier is no parameter')), /\(ehr-rejected\)/],
    ['does not let us ask', json(403, outcome('no')), /\(ehr-auth-failed\)/],
    ['answers something else', json(200, { resourceType: 'Patient' }), /\(ehr-response-invalid\)/],
    ['breaks off', (request) => void request.socket.destroy(), /\(ehr-unreachable\)/],
  ];
  for (const [what, answer, why] of failures) {
    it(`of an EHR that ${what} is a warning, on paper too, and the report is published`, async () => {
      // One failure that counted would be the end of it.
      const breaker = { failures: 1, openSeconds: 30 };
      const { previous, warnings, onPaper, requests } = await publishWith(answer, { breaker });
      assert.deepEqual(previous, []);
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['previous-results-unavailable'],
      );
      assert.match(warnings[0]?.text ?? '', why);
      assert.deepEqual(onPaper, warnings);
      const asked = requests.filter(({ url }) => isOfPatient(url));
      assert.ok(asked.length <= 2, 'once, and once without _elements');
    });
  }

  it('of an EHR that does not answer takes a quarter of the time of the publishing at most', async () => {
    const timeouts = { connect: 1, firstByte: 60, idle: 60, total: 4 };
    const { previous, warnings } = await publishWith(() => {}, { timeouts });
    assert.deepEqual(previous, []);
    assert.match(warnings[0]?.text ?? '', /\(it took too long\)/);
  });

  it('of an EHR whose reports are malformed is a warning, too', async () => {
    const report = {
      resourceType: 'DiagnosticReport',
      id: 'r1',
      status: 'preliminary',
      effectiveDateTime: '2026-11-01',
      identifier: [{ system: `${fhirBase}/ai-report`, value: '1.2.3/lobar-ct-chest' }],
      subject: { reference: `Patient/${canaryPatient.id}` },
      result: [null, { reference: 'Observation/o1' }],
    };
    const observation = {
      resourceType: 'Observation',
      id: 'o1',
      identifier: [{ system: `${fhirBase}/ai-observation`, value: '1.2.3/lobar-ct-chest/involvement' }],
      subject: { reference: `Patient/${canaryPatient.id}` },
    };
    const { previous, warnings } = await publishWith(
      json(200, searchset([report as never])),
      {},
      (...exchange) =>
        json(200, searchset(exchange[0].url?.includes('_id=') ? [observation as never] : []))(...exchange),
    );
    assert.deepEqual(previous, []);
    assert.match(warnings[0]?.text ?? '', /\(what it answered is malformed\)/);
  });

  it('asks nothing where it is switched off', async () => {
    const { previous, requests } = await publishWith(json(500, outcome('no')), { previousResults: false });
    assert.deepEqual(previous, []);
    assert.ok(!requests.some(({ url }) => isOfPatient(url)));
  });

  it('asks for the patient, and for our identifiers alone', async () => {
    const { requests } = await publishWith(json(200, searchset([])));
    const [asked] = requests.filter(({ url }) => isOfPatient(url));
    const params = new URLSearchParams(asked?.url.split('?')[1]);
    assert.equal(params.get('patient'), `Patient/${canaryPatient.id}`);
    assert.equal(params.get('identifier'), `${fhirBase}/ai-report|`);
  });

  it('does not believe a server that answers with the reports of somebody else', async () => {
    const study = { ...exampleFacts.study, uid: '1.2.3.99', acquiredAt: '2026-11-01T08:00:00Z' };
    const identifier = { system: patientSystem, value: 'MRN-other' };
    const { bundle } = buildBundle(
      { ...exampleFacts, study },
      { reference: 'Patient/somebody-else', identifier },
      { fhirBase },
    );
    const all = (bundle.entry ?? []).map(({ resource }) => resource as fhir4.FhirResource);
    const ofType = (type: string) => searchset(all.filter(({ resourceType }) => resourceType === type));
    const observations: Answer = (request, response, body) => {
      const isAsked = request.url?.startsWith('/fhir/Observation?_id=');
      json(200, isAsked ? ofType('Observation') : searchset([]))(request, response, body);
    };
    const { previous, warnings } = await publishWith(json(200, ofType('DiagnosticReport')), {}, observations);
    assert.deepEqual([previous, warnings], [[], []]);

    // The same of our patient are believed: so it was not for another reason.
    const ours = structuredClone(all).map((one) => {
      if ('subject' in one) Object.assign(one, { subject: { reference: `Patient/${canaryPatient.id}` } });
      return one;
    });
    const of = (type: string) => searchset(ours.filter(({ resourceType }) => resourceType === type));
    const believed = await publishWith(json(200, of('DiagnosticReport')), {}, (request, response, body) => {
      const isAsked = request.url?.startsWith('/fhir/Observation?_id=');
      json(200, isAsked ? of('Observation') : searchset([]))(request, response, body);
    });
    assert.deepEqual(believed.previous, [
      { scannedAt: '2026-11-01T08:00:00Z', involvementPercent: 34.4, severityScore: 14 },
    ]);
  });
});
