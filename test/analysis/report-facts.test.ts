import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { studyFacts } from '../../src/analysis/report-facts.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';

const header = { studyInstanceUid: '1.2.3', accessionNumber: 'ACC-1', patient: {} } as InstanceHeader;

describe('The accession number of a report', () => {
  it('is that of the images, unless the caller says another one', () => {
    assert.equal(studyFacts(header, {}).accession, 'ACC-1');
    assert.equal(studyFacts(header, { accession: 'ACC-2' }).accession, 'ACC-2');
  });

  // Without a number no order is looked up, and its patient is not compared.
  it('is not taken away by an empty one', () => {
    assert.equal(studyFacts(header, { accession: '' }).accession, 'ACC-1');
  });
});
