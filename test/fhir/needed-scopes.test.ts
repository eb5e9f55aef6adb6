import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { EhrConfig } from '../../src/config-schema.ts';
import { ehrNeeds } from '../../src/fhir/needed-scopes.ts';
import { scopesFor } from '../../src/outbound/smart-scopes.ts';
import { ehrConfig } from './ehr-fixture.ts';

const scopes = (config: Partial<EhrConfig>, version: 'v1' | 'v2' = 'v2') =>
  scopesFor(ehrNeeds(ehrConfig('https://ehr.example/fhir', config)), version);
const isOfDocument = (scope: string) => scope.includes('DocumentReference');

describe('The scopes that an EHR is asked for', () => {
  it('have DocumentReference only where documents are written', () => {
    assert.deepEqual(scopes({ writeMode: 'auto' }).filter(isOfDocument), []);
    assert.deepEqual(scopes({ documentReference: true }).filter(isOfDocument), [
      'system/DocumentReference.crus',
    ]);
  });

  it('are those of patient, order and document, where a document is all that is written', () => {
    assert.deepEqual(scopes({ writeMode: 'document' }), [
      'system/Patient.rs',
      'system/DocumentReference.crs',
      'system/DocumentReference.u',
      'system/Task.ru',
      'system/ServiceRequest.rs',
    ]);
    // Which is asked for, and done without.
    const needs = ehrNeeds(ehrConfig('https://ehr.example/fhir', { writeMode: 'document' }));
    const optional = needs.filter(({ isOptional }) => isOptional);
    assert.ok(optional.some(({ type, operations }) => type === 'DocumentReference' && operations === 'u'));
    assert.deepEqual(scopes({ writeMode: 'document' }, 'v1').filter(isOfDocument), [
      'system/DocumentReference.read',
      'system/DocumentReference.write',
    ]);
  });
});
