import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { canaryPatient, json, searchset } from './ehr-fixture.ts';
import { exampleFacts } from './facts.ts';
import { type Answers, posts, publishInto } from './publish-into.ts';

describe('The patient', () => {
  it('is searched once, by PatientID in the configured system', async () => {
    const { requests } = await publishInto({});
    const searches = requests.filter(({ url }) => url.includes('/Patient'));
    assert.deepEqual(
      searches.map(({ url }) => decodeURIComponent(url)),
      ['/fhir/Patient?identifier=urn:oid:2.16.840.1.113883.19.5|MRN-42'],
    );
  });

  it('is searched in the system of its issuer, where one is configured', async () => {
    const facts = { ...exampleFacts, study: { ...exampleFacts.study, issuerOfPatientId: 'NORTH' } };
    const config = { issuerSystems: { NORTH: 'urn:oid:1.2.3.4' } };
    const north = { ...canaryPatient, identifier: [{ system: 'urn:oid:1.2.3.4', value: 'MRN-42' }] };
    const { requests, publication } = await publishInto(
      { patient: json(200, searchset([north])) },
      { facts, config },
    );
    assert.match(decodeURIComponent(requests[0]?.url ?? ''), /identifier=urn:oid:1\.2\.3\.4\|MRN-42$/);
    assert.equal(publication?.alreadyPublished, false);
  });

  it('is not searched under the number of an issuer that is not among those configured', async () => {
    const facts = { ...exampleFacts, study: { ...exampleFacts.study, issuerOfPatientId: 'SOUTH' } };
    const { requests, error } = await publishInto(
      {},
      { facts, config: { issuerSystems: { NORTH: 'urn:oid:1.2.3.4' } } },
    );
    assert.deepEqual(requests, []);
    assert.equal(error?.code, 'identifier-system-unknown');
    assert.equal(error?.status, 422);
    assert.match(
      error?.message ?? '',
      /'IssuerOfPatientID' .* Known: NORTH\. Name one of them, or configure it\.$/,
    );
  });

  it('is searched in the system of the site where no issuer is configured, or none is named', async () => {
    const named = { ...exampleFacts, study: { ...exampleFacts.study, issuerOfPatientId: 'SOUTH' } };
    const several = { issuerSystems: { NORTH: 'urn:oid:1.2.3.4' } };
    for (const more of [{ facts: named }, { config: several }]) {
      const { requests } = await publishInto({}, more);
      assert.match(decodeURIComponent(requests[0]?.url ?? ''), /identifier=urn:oid:2\.16\.840.*\|MRN-42$/);
    }
  });

  it('is searched with what FHIR search would read as syntax escaped', async () => {
    const facts = { ...exampleFacts, study: { ...exampleFacts.study, patientId: 'a,b|c$d' } };
    const { requests } = await publishInto({}, { facts });
    assert.match(decodeURIComponent(requests[0]?.url ?? ''), /\|a\\,b\\\|c\\\$d$/);
  });

  const cases: readonly [string, string, Answers, Partial<ReportFacts['study']>][] = [
    ['missing in the header', 'patient-identifier-missing', {}, { patientId: '' }],
    ['not in the EHR', 'patient-not-found', { patient: json(200, searchset([])) }, {}],
    [
      'there twice',
      'patient-ambiguous',
      { patient: json(200, searchset([canaryPatient, { ...canaryPatient, id: 'p2' }])) },
      {},
    ],
    [
      'there twice on two pages',
      'patient-ambiguous',
      { patient: json(200, { ...searchset([canaryPatient]), total: 2 }) },
      {},
    ],
    [
      'somebody else, from a server that ignores the parameter',
      'ehr-response-invalid',
      { patient: json(200, searchset([{ ...canaryPatient, identifier: [] }])) },
      {},
    ],
  ];
  for (const [what, code, answers, study] of cases) {
    it(`${what} is ${code}, and nothing is written`, async () => {
      const facts = { ...exampleFacts, study: { ...exampleFacts.study, ...study } };
      const { error, requests } = await publishInto(answers, { facts });
      assert.equal(error?.code, code);
      assert.equal(posts(requests), 0);
    });
  }
});
