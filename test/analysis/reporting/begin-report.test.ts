import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { beginReport } from '../../../src/analysis/reporting/begin-report.ts';
import { noReporter } from '../../../src/analysis/reporting/no-reporter.ts';
import type { ReportPlan } from '../../../src/analysis/reporting/plan-report.ts';
import { LobarError } from '../../../src/errors.ts';
import { lungGrid } from '../../../src/pipeline/trees/lung-grid.ts';
import type { LungDraft } from '../../../src/report/rendering/draft-lungs.ts';
import { drawOrder } from './order.ts';

const { volume, masks } = drawOrder();
const lungs = lungGrid(volume, masks.lobes);
assert.ok(lungs);
const pdf: ReportPlan = {
  wanted: { kinds: ['pdf'], objects: [] },
  forms: ['pdf'],
  answered: [],
  stored: [],
  isAwaited: false,
};
const { signal: until } = new AbortController();
const patient = { waitSeconds: undefined, until };

describe('a report that is begun when the lungs are known', () => {
  it('is none where nobody wants one, where it has no picture, and where nobody waits for it', () => {
    const masksAlone: ReportPlan = { ...pdf, wanted: { kinds: ['dicom'], objects: ['seg'] } };
    assert.equal(beginReport(undefined, noReporter, volume, patient), undefined);
    assert.equal(beginReport(masksAlone, noReporter, volume, patient), undefined);
    assert.equal(beginReport(pdf, noReporter, volume, { waitSeconds: 0, until }), undefined);
    assert.ok(beginReport(pdf, noReporter, volume, { waitSeconds: 5, until }));
  });

  it('is one where the EHR alone does not wait: it is asked for, stored, or always waited for', () => {
    for (const more of [{ answered: ['pdf'] }, { stored: ['pdf'] }, { isAwaited: true }] as const) {
      assert.ok(beginReport({ ...pdf, ...more }, noReporter, volume, { waitSeconds: 0, until }));
    }
  });

  it('gives nothing, and no error, where no lungs came or what was begun failed', async () => {
    const begun = beginReport(pdf, noReporter, volume, patient);
    assert.equal(await begun?.draft(until), undefined);
    begun?.onLungs(lungs);
    assert.equal(await begun?.draft(until), undefined);
  });

  it('is told when the analysis ends, and lets go of who waits for it and leaves', async () => {
    const signals: AbortSignal[] = [];
    const begin = (_order: unknown, signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<LungDraft>(() => {});
    };
    const [ended, leaving] = [new AbortController(), new AbortController()];
    const options = { waitSeconds: undefined, until: ended.signal };
    const begun = beginReport(pdf, { ...noReporter, begin }, volume, options);
    assert.ok(begun);
    begun.onLungs(lungs);
    const waiting = begun.draft(leaving.signal);
    leaving.abort(new LobarError('shutting-down', {}));
    await assert.rejects(waiting, { code: 'shutting-down' });
    await assert.rejects(begun.draft(leaving.signal), { code: 'shutting-down' });
    const aborted = () => signals.map((signal) => signal.aborted);
    assert.deepEqual(aborted(), [false]);
    ended.abort();
    assert.deepEqual(aborted(), [true]);
  });
});
