import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { missingScopes, scopesFor } from '../../src/outbound/smart-scopes.ts';

describe('The scopes to ask for', () => {
  const needs = [
    { type: 'Patient', operations: 'rs' },
    { type: 'Observation', operations: 'crus' },
    { type: 'AuditEvent', operations: 'c' },
  ];

  it('are one for each type of resource in version 2', () => {
    const scopes = ['system/Patient.rs', 'system/Observation.crus', 'system/AuditEvent.c'];
    assert.deepEqual(scopesFor(needs, 'v2'), scopes);
  });

  it('are read and write in version 1', () => {
    assert.deepEqual(scopesFor(needs, 'v1'), [
      'system/Patient.read',
      'system/Observation.read',
      'system/Observation.write',
      'system/AuditEvent.write',
    ]);
  });
});

describe('A scope', () => {
  // By SMART App Launch 2.2, "Scopes for requesting FHIR Resources" and "Scopes for Backward Compatibility".
  const granted: readonly [string, string][] = [
    ['system/Observation.crus', 'system/Observation.crus'],
    ['system/Observation.crus', 'system/Observation.cruds'],
    ['system/Observation.crus', 'system/*.cruds'],
    ['system/Observation.crus', 'system/*.*'],
    ['system/Observation.crus', 'system/Observation.*'],
    ['system/Observation.crus', 'system/Observation.read system/Observation.write'],
    ['system/Observation.crus', 'openid system/Observation.cu system/*.rs'],
    ['system/Patient.rs', 'system/Patient.read'],
    ['system/AuditEvent.c', 'system/*.write'],
    ['system/Patient.read', 'system/Patient.rs'],
    ['system/Observation.write', 'system/Observation.cud'],
    ['system/Observation.rs?category=a', 'system/Observation.rs?category=a'],
    ['fhirUser', 'openid fhirUser'],
  ];
  for (const [asked, given] of granted) {
    it(`${asked} is granted by ${given}`, () => {
      assert.deepEqual(missingScopes([asked], given.split(' ')), []);
    });
  }

  const withheld: readonly [string, string][] = [
    ['system/Observation.crus', ''],
    ['system/Observation.crus', 'system/Observation.rs'],
    ['system/Observation.crus', 'system/Observation.read'],
    ['system/Observation.crus', 'system/Patient.cruds'],
    ['system/Observation.crus', 'user/Observation.cruds'],
    ['system/Observation.crus', 'patient/*.*'],
    ['system/Observation.write', 'system/Observation.cu'],
    ['system/*.rs', 'system/Observation.rs'],
    ['system/Observation.rs', 'system/Observation.rs?category=laboratory'],
    ['system/Observation.rs', 'system/Observation.constructor'],
    ['system/Observation.rs', 'system/observation.rs'],
    ['fhirUser', 'openid'],
  ];
  for (const [asked, given] of withheld) {
    it(`${asked} is not granted by ${given || 'nothing'}`, () => {
      assert.deepEqual(missingScopes(['system/Device.c', asked], [...given.split(' '), 'system/Device.c']), [
        asked,
      ]);
    });
  }
});
