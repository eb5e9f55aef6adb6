import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { reportFacts, studyFacts } from '../../src/analysis/report-facts.ts';
import type { IngestedSeries } from '../../src/dicom/ingest-series.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { exampleFacts } from '../fhir/facts.ts';

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

  it('is warned of where the caller says another one than the images, without either number', () => {
    const volume = { shape: [1, 1, 1], spacingMm: [1, 1, 1] };
    const warnings = (accession: string, ofImages: InstanceHeader = header) =>
      reportFacts(ofImages, { volume } as unknown as IngestedSeries, exampleFacts.findings, [], [], {
        accession,
      }).warnings;
    const [warning, ...others] = warnings('ACC-2');
    assert.equal(warning?.code, 'accession-overruled');
    assert.doesNotMatch(warning?.text ?? '', /ACC/);
    assert.deepEqual(others, []);
    const { accessionNumber: _, ...unnumbered } = header;
    assert.deepEqual([...warnings('ACC-1'), ...warnings(' '), ...warnings('ACC-2', unnumbered)], []);
  });
});
