import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { localId } from '../../src/fhir/local-id.ts';

const base = 'https://ehr.example/fhir';

// FHIR R4 2.3.0.1, Literal References, and RFC 3986 6.2 for addresses that are the same.
describe('A reference into an EHR', () => {
  for (const reference of [
    'Patient/p-1',
    'Patient/p-1/_history/2',
    'https://ehr.example/fhir/Patient/p-1',
    'https://ehr.example/fhir/Patient/p-1/_history/2',
    'https://EHR.example:443/fhir/Patient/p-1',
  ]) {
    it(`as ${reference} names its id`, () => {
      assert.equal(localId(reference, 'Patient', base), 'p-1');
      assert.equal(localId(reference, 'Patient', `${base}/`), 'p-1');
    });
  }

  for (const reference of [
    undefined,
    '',
    'p-1',
    '#p-1',
    'urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0',
    'Group/p-1',
    'Patient/..',
    'Patient/p-1/$everything',
    'Patient/p-1?_format=json',
    'https://else.example/fhir/Patient/p-1',
    'http://ehr.example/fhir/Patient/p-1',
    'https://ehr.example/fhir-test/Patient/p-1',
    'https://ehr.example/fhir/../other/Patient/p-1',
  ]) {
    it(`is none as ${reference}`, () => assert.equal(localId(reference, 'Patient', base), undefined));
  }
});
