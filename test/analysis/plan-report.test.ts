import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AnalyzeRequest } from '../../src/analysis/analyze-request.ts';
import { planReport } from '../../src/analysis/reporting/plan-report.ts';
import type { PacsClient } from '../../src/dicomweb/open-pacs.ts';
import type { EhrClient } from '../../src/fhir/open-ehr.ts';

const ehr = { config: { presentedForm: [] } } as unknown as EhrClient;
const archive = { store: ['seg', 'sr'] } as unknown as PacsClient;
const asked = (more: Partial<AnalyzeRequest>) => planReport({ ehr, archive, ...more } as AnalyzeRequest);

describe('Documents that the EHR waits for in any case', () => {
  it('are those of a dry run, and those that are all it takes', () => {
    const isAwaited = (writeMode: string, more: Partial<AnalyzeRequest> = {}) => {
      const config = { presentedForm: ['pdf'], writeMode };
      return asked({ ehr: { config } as unknown as EhrClient, ...more })?.isAwaited;
    };
    assert.deepEqual(
      [isAwaited('put-id'), isAwaited('put-id', { dryRun: true }), isAwaited('document')],
      [false, true, true],
    );
  });
});

describe('What is stored into the PACS', () => {
  it('is what its configuration says, where something is published', () => {
    const { stored, wanted, answered } = asked({}) ?? assert.fail();
    assert.deepEqual(stored, ['seg', 'sr']);
    assert.deepEqual(wanted, { kinds: ['dicom'], objects: ['seg', 'sr'] });
    assert.deepEqual(answered, []);
  });

  it('is nothing for a dry run, by force, without an EHR, or of an upload', () => {
    for (const more of [{ dryRun: true }, { force: true }, { ehr: undefined }, { archive: undefined }]) {
      assert.equal(asked(more), undefined);
    }
  });

  it('stays that where the caller asks for all objects', () => {
    const { stored, wanted } = asked({ documents: ['dicom'] }) ?? assert.fail();
    assert.deepEqual(stored, ['seg', 'sr']);
    assert.deepEqual(wanted.objects, ['seg', 'sr', 'pdf', 'pictures']);
    assert.deepEqual(asked({ documents: ['dicom'], dryRun: true })?.stored, []);
  });

  it('are the same measurements whether the caller asks for objects or not: they refer to a segmentation that goes with them', () => {
    const alone = (store: readonly string[], documents?: readonly 'dicom'[]) =>
      planReport({ ehr, archive: { store }, documents } as unknown as AnalyzeRequest)?.wanted
        .measurementsAlone ?? false;
    assert.deepEqual([alone(['sr']), alone(['sr'], ['dicom'])], [true, true]);
    assert.deepEqual([alone(['seg', 'sr']), alone(['seg', 'sr'], ['dicom'])], [false, false]);
    assert.deepEqual([alone(['seg'], ['dicom']), alone([], ['dicom'])], [false, false]);
  });
});
