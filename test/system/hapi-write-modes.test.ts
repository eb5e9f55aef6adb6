import assert from 'node:assert/strict';
import { after, before, describe } from 'node:test';
import { canaryPatient } from '../fhir/ehr-fixture.ts';
import { describePreviousReports } from '../fhir/previous-behaviour.ts';
import { describeDocumentMode } from '../fhir/write/document-behaviour.ts';
import { describeDocumentBeside, describeLargeDocument } from '../fhir/write/document-beside-behaviour.ts';
import { describeWriteMode } from '../fhir/write/write-mode-behaviour.ts';
import { writeModes } from '../fhir/write/write-mode-fixture.ts';
import { hapiMissing } from '../support/hapi/hapi-peer.ts';
import { type Hapi, openHapi } from '../support/hapi/open-hapi.ts';

/** One server that can do everything; what stands before it hides what a mode is not to use. */
describe('HAPI FHIR, which validates, and keeps references whole', { skip: hapiMissing }, () => {
  let hapi: Hapi;
  before(async () => {
    hapi = await openHapi();
    const answer = await fetch(`${hapi.url}/Patient/${canaryPatient.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(canaryPatient),
    });
    assert.equal(answer.status, 201, await answer.text());
  });
  after(() => hapi.close());

  for (const mode of writeModes) {
    describeWriteMode(mode, () => hapi.url);
    describeDocumentBeside(mode, () => hapi.url);
  }
  describeDocumentMode(() => hapi.url);
  describeLargeDocument(() => hapi.url);
  describePreviousReports(() => hapi.url);
});
