import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  canonicalJson,
  contentHash,
  deviceId,
  provenanceId,
  reportKey,
  resourceId,
  runKey,
} from '../../src/fhir/keys.ts';
import type { ReportFacts } from '../../src/fhir/report-facts.ts';
import { urlNamespace, uuidV5 } from '../../src/uuid-v5.ts';
import { exampleFacts } from './facts.ts';

const base = 'https://lobar.example.org/fhir';
const patient = { system: 'urn:oid:2.16.840.1.113883.19.5', value: 'MRN-42' };

describe('uuidV5', () => {
  it('gives the example of RFC 9562, Appendix A.4', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';
    assert.equal(uuidV5(dns, 'www.example.com'), '2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  it("gives what Python's uuid.uuid5 gives", () => {
    assert.equal(uuidV5(urlNamespace, base), '39882255-528d-55c1-9b8f-6b6b98a5a810');
    assert.equal(uuidV5(urlNamespace, 'straße|✓'), 'c5a2d728-b63c-5611-9c2b-a13b2fe19469');
  });
});

// Expected values: Python uuid.uuid5, hashlib.sha256 and json.dumps(sort_keys=True) over the numbers of
// exampleFacts rounded by hand.
describe('The keys of a report', () => {
  it('name the report by study and algorithm, not by version', () => {
    assert.equal(reportKey(exampleFacts), '1.2.826.0.1.3680043.8.498.1|lobar-ct-chest');
    assert.equal(reportKey(newer(exampleFacts)), reportKey(exampleFacts));
  });

  it('give each place in a report its id', () => {
    assert.equal(resourceId(base, exampleFacts, 'report'), 'b9dd62e3-1912-5b31-9f3e-3e04b6ccf8d6');
    assert.equal(resourceId(base, exampleFacts, 'lobe-rul'), 'b3d9aa8d-06d9-54ea-a552-6c32b486db13');
  });

  it('hash the numbers as they are published, with order and patient', () => {
    assert.equal(
      contentHash(exampleFacts, patient),
      '4675f39e47f306053289a910bcf94600d399846641fd704620bd1ff2e1b1b7a9',
    );
    const { accession: _, ...study } = exampleFacts.study;
    const bare = '7926064a90d33cf4f5dbd42dcec6966a80c15108ad96ad9bfaa9062b97884bca';
    assert.equal(contentHash({ ...exampleFacts, study }, undefined), bare);
    assert.equal(contentHash({ ...exampleFacts, study: { ...study, accession: '' } }, undefined), bare);
  });

  it('hash the record of the patient, where an EHR was asked', () => {
    const named = { ...patient, reference: 'Patient/p1' };
    assert.equal(
      contentHash(exampleFacts, named),
      '44b2ef0559b29d8f83a88d8307f0db5ae084118cc5c30658cc827871d0a898a6',
    );
    assert.equal(runKey(base, exampleFacts, named), '05a51a22-c6e0-5b1c-bb92-5f2a9714ddbe');
  });

  it('hash the order and the ImagingStudy that the EHR holds, where they were looked up', () => {
    assert.equal(
      contentHash(exampleFacts, patient, { order: 'ServiceRequest/o1', imagingStudy: 'ImagingStudy/s1' }),
      'fb3f5d65f008dae639abb37ca8ab28ef2eca18ae367e9d5aca1589960b61df58',
    );
    assert.equal(
      contentHash(exampleFacts, patient, { order: undefined, imagingStudy: undefined }),
      contentHash(exampleFacts, patient),
    );
  });

  it('name a run by study, series, algorithm, version and content', () => {
    const run = runKey(base, exampleFacts, patient);
    assert.equal(run, '394c994e-fcef-54b3-9173-553a942b4ddb');
    assert.equal(provenanceId(base, run), 'abb273e9-d7c2-5aff-90d5-6b23420a14d1');
    assert.equal(deviceId(base, exampleFacts), 'f0144b89-0ab8-531a-994d-be68e4b3377d');
  });

  it('stay the same when a number differs below what is published', () => {
    const { classification } = exampleFacts.findings;
    const wobbled = withFindings({
      classification: {
        ...classification,
        probabilities: { ...classification.probabilities, 'covid-19': 0.87012345 },
      },
    });
    assert.equal(runKey(base, wobbled, patient), runKey(base, exampleFacts, patient));
  });

  it('stay the same on another execution provider, at another time, with a warning', () => {
    const elsewhere: ReportFacts = {
      ...exampleFacts,
      issuedAt: '2027-01-01T00:00:00Z',
      warnings: [{ code: 'x', text: 'x' }],
      models: exampleFacts.models.map((model) => ({ ...model, executionProvider: 'cuda' })),
    };
    assert.equal(runKey(base, elsewhere, patient), runKey(base, exampleFacts, patient));
    assert.notEqual(deviceId(base, elsewhere), deviceId(base, exampleFacts));
  });

  it('change with the result, the version, the model file, the series, the order, the patient and the site', () => {
    const others = [
      runKey(base, withFindings({ severity: { score: 15, band: 'severe' } }), patient),
      runKey(base, newer(exampleFacts), patient),
      runKey(
        base,
        {
          ...exampleFacts,
          models: exampleFacts.models.map((model) => ({ ...model, sha256: 'd'.repeat(64) })),
        },
        patient,
      ),
      runKey(base, { ...exampleFacts, series: { ...exampleFacts.series, uid: '1.2.3' } }, patient),
      runKey('https://other.example.org/fhir', exampleFacts, patient),
      runKey(base, { ...exampleFacts, study: { ...exampleFacts.study, accession: 'ACC-2' } }, patient),
      runKey(base, exampleFacts, { ...patient, value: 'MRN-43' }),
      runKey(base, exampleFacts, { ...patient, system: 'urn:oid:1.2.3.4' }),
      runKey(base, exampleFacts, { ...patient, reference: 'Patient/p1' }),
      runKey(base, exampleFacts, undefined),
      runKey(base, exampleFacts, patient, { order: 'ServiceRequest/o1' }),
      runKey(base, exampleFacts, patient, { imagingStudy: 'ImagingStudy/s1' }),
      runKey(base, exampleFacts, patient),
    ];
    assert.equal(new Set(others).size, others.length);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of the keys', () => {
    const text = '{"a":[1,{"b":null,"c":"é"}],"z":0.5}';
    assert.equal(canonicalJson({ z: 0.5, a: [1, { c: 'é', b: null }], gone: undefined }), text);
  });
});

function newer(facts: ReportFacts): ReportFacts {
  return { ...facts, algorithm: { ...facts.algorithm, version: '0.2.0' } };
}

function withFindings(findings: Partial<ReportFacts['findings']>): ReportFacts {
  return { ...exampleFacts, findings: { ...exampleFacts.findings, ...findings } };
}
