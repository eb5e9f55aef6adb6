import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { requireAskedPatient } from '../../src/analysis/require-asked-patient.ts';

const named = { patient: { value: '0042' } };

describe('The patient whom a caller names without an EHR', () => {
  it('is the one of the images', () => {
    assert.doesNotThrow(() => requireAskedPatient(named, { patient: { id: '0042' } }));
  });

  it('is another one also where only a leading zero differs', () => {
    assert.throws(() => requireAskedPatient(named, { patient: { id: '42' } }), { code: 'identity-mismatch' });
  });

  it('is not taken for granted where the images name nobody', () => {
    const code = 'patient-identifier-missing';
    assert.throws(() => requireAskedPatient(named, { patient: {} }), { code });
  });

  it('may be left out', () => {
    assert.doesNotThrow(() => requireAskedPatient({}, { patient: {} }));
  });
});
