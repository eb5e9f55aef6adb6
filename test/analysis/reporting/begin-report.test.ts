import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginReport } from '../../../src/analysis/reporting/begin-report.ts';
import { noReporter } from '../../../src/analysis/reporting/no-reporter.ts';
import type { ReportPlan } from '../../../src/analysis/reporting/plan-report.ts';
import { lungGrid } from '../../../src/pipeline/trees/lung-grid.ts';
import type { LungDraft } from '../../../src/report/rendering/draft-lungs.ts';
import { drawOrder } from './order.ts';

const { volume, masks } = drawOrder();
const lungs = lungGrid(volume, masks.lobes);
assert.ok(lungs);
const pdf: ReportPlan = { wanted: { kinds: ['pdf'], objects: [] }, forms: ['pdf'], answered: [], stored: [] };

describe('a report that is begun when the lungs are known', () => {
  it('is none where nobody wants one, where it has no picture, and where nobody waits for it', () => {
    const masksAlone: ReportPlan = { ...pdf, wanted: { kinds: ['dicom'], objects: ['seg'] } };
    assert.equal(beginReport(undefined, noReporter, volume, undefined), undefined);
    assert.equal(beginReport(masksAlone, noReporter, volume, undefined), undefined);
    assert.equal(beginReport(pdf, noReporter, volume, 0), undefined);
    assert.ok(beginReport(pdf, noReporter, volume, 5));
  });

  it('gives nothing, and no error, where no lungs came or what was begun failed', async () => {
    const begun = beginReport(pdf, noReporter, volume, undefined);
    assert.equal(await begun?.draft(), undefined);
    begun?.onLungs(lungs);
    assert.equal(await begun?.draft(), undefined);
  });

  it('is told when there will be none', async () => {
    const signals: AbortSignal[] = [];
    const begin = (_order: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<LungDraft>(() => {});
    };
    const begun = beginReport(pdf, { ...noReporter, begin }, volume, undefined);
    begun?.onLungs(lungs);
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [false],
    );
    begun?.stop();
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true],
    );
  });
});
