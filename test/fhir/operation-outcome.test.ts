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

  it('is valid FHIR for every status of the error table', () => {
    for (const status of [400, 401, 403, 404, 406, 409, 413, 415, 422, 429, 499, 500, 502, 503, 504]) {
      const resource = toOperationOutcome({ code: 'x', message: 'x.', status });
      assert.deepEqual(problemsOf({ resourceType: 'Bundle', type: 'collection', entry: [{ resource }] }), []);
    }
  });
});
