import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { LobarError } from '../../src/errors.ts';
import { toOperationOutcome } from '../../src/fhir/operation-outcome.ts';
import { problemsOf } from './validators.ts';

describe('toOperationOutcome', () => {
  it('says code and sentence of the error', () => {
    const error = new LobarError('patient-not-found', { ehr: 'main' });
    assert.deepEqual(toOperationOutcome(error), {
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'error',
          code: 'processing',
          details: { text: 'patient-not-found' },
          diagnostics: error.message,
        },
      ],
    });
  });

  it('says each detail and the request id in an issue of its own', () => {
    const { issue } = toOperationOutcome({
      code: 'dicom-invalid',
      message: 'It is malformed.',
      status: 422,
      details: { sopInstanceUid: '1.2.3', frame: 4 },
      requestId: 'r-1',
    });
    const information = { severity: 'information', code: 'informational' };
    assert.deepEqual(issue.slice(1), [
      { ...information, diagnostics: 'sopInstanceUid: 1.2.3' },
      { ...information, diagnostics: 'frame: 4' },
      { ...information, diagnostics: 'requestId: r-1' },
    ]);
  });

  it('is information where nothing failed', () => {
    const { issue } = toOperationOutcome({
      code: 'ineligible',
      message: 'x.',
      status: 200,
      severity: 'information',
    });
    assert.deepEqual(
      issue.map(({ severity, code }) => [severity, code]),
      [['information', 'processing']],
    );
  });

  // FHIR R4 issue-type: processing is "expected to be final", transient may be sent again later.
  it('calls no failure transient that sending again will not mend', () => {
    const ehr = { ehr: 'main', problem: 'x' };
    for (const error of [
      new LobarError('ehr-rejected', { ehr: 'main', status: 422, operation: 'x', said: 'x' }),
      new LobarError('ehr-auth-failed', ehr),
      new LobarError('write-mode-unavailable', ehr),
      new LobarError('ehr-response-invalid', ehr),
      new LobarError('pacs-auth-failed', { pacs: 'main', problem: 'x' }),
      new LobarError('pacs-response-invalid', { pacs: 'main', problem: 'x' }),
      new LobarError('address-blocked', { endpoint: 'ehr.main' }),
    ]) {
      assert.equal(toOperationOutcome(error).issue[0]?.code, 'processing', error.code);
    }
    assert.equal(toOperationOutcome(new LobarError('ehr-unreachable', ehr)).issue[0]?.code, 'transient');
  });

  it('is valid FHIR for every status of the error table', () => {
    for (const status of [400, 401, 403, 404, 406, 408, 409, 413, 415, 422, 429, 499, 500, 502, 503, 504]) {
      const resource = toOperationOutcome({ code: 'x', message: 'x.', status, details: { uid: '1.2' } });
      assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }), []);
    }
  });
});
