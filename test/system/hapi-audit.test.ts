import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { auditEvent } from '../../src/fhir/audit/audit-event.ts';
import { observer, publish, refused, studyRead } from '../fhir/audit/audit-fixture.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { validateWithHapi } from '../support/hapi/validate-with-hapi.ts';

describe('AuditEvents before HAPI', { skip: hapiMissing }, () => {
  it('have no error for its validator, which does not know the profiles of BALP', async () => {
    const entries = [studyRead, { ...studyRead, pacs: undefined }, publish, refused];
    const events = entries.map((entry) =>
      auditEvent(entry, { observer, at: new Date(0), claimProfile: false }),
    );
    const issues = (await validateWithHapi(events)).flat();
    assert.deepEqual(
      issues.filter(({ severity }) => severity === 'error' || severity === 'fatal'),
      [],
    );
  });
});
