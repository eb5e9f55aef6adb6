import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assessSeries } from '../../src/dicom/eligibility.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { rankSeries } from '../../src/dicom/rank-series.ts';
import type { Notice } from '../../src/errors.ts';
import { rules } from './support/ct-file.ts';
import { seriesHeaders } from './support/headers.ts';

const series = (uid: string, count: number, step: number, change: Partial<InstanceHeader> = {}) =>
  assessSeries(
    seriesHeaders(count, step, { seriesInstanceUid: uid, sliceThicknessMm: step, ...change }),
    rules,
  );

describe('the series of a study', () => {
  it('are ranked by lung kernel, thickness, slices, series number; each loser says why', () => {
    const ranked = rankSeries([
      series('2.25.5', 200, 1, { convolutionKernel: ['B31f'], seriesNumber: 5 }),
      series('2.25.4', 200, 1, { convolutionKernel: ['B31f'], seriesNumber: 4 }),
      series('2.25.3', 250, 1, { convolutionKernel: ['B31f'], seriesNumber: 6 }),
      series('2.25.2', 120, 2, { convolutionKernel: ['Br59f', '3'], seriesNumber: 9 }),
      series('2.25.1', 150, 1.5, { convolutionKernel: ['LUNG'], seriesNumber: 8 }),
    ]);
    assert.deepEqual(
      ranked.map(({ uid }) => uid),
      ['2.25.1', '2.25.2', '2.25.3', '2.25.4', '2.25.5'],
    );
    assert.deepEqual(ranked[0]?.reasons, []);
    assert.deepEqual(ranked[1]?.reasons, [
      {
        code: 'not-preferred',
        text: 'It is eligible, but another eligible series has thinner slices, 1.5 against 2 mm.',
      },
    ]);
    assert.match(ranked[2]?.reasons[0]?.text ?? '', /lung kernel/);
    const plain = rankSeries(ranked.slice(2).map((one) => ({ ...one, reasons: [] as Notice[] })));
    assert.match(plain[1]?.reasons[0]?.text ?? '', /more slices, 250 against 200/);
  });

  it('keep their own reasons where they are not eligible, and come last', () => {
    const ranked = rankSeries([series('2.25.1', 80, 4), series('2.25.2', 200, 1)]);
    assert.deepEqual(
      ranked.map(({ uid, reasons }) => [uid, ...reasons.map(({ code }) => code)]),
      [['2.25.2'], ['2.25.1', 'slice-too-thick']],
    );
  });

  it('that are reformatted give way to an original, even a worse one', () => {
    const derived = { imageType: ['DERIVED', 'SECONDARY', 'AXIAL', 'MPR'], convolutionKernel: ['LUNG'] };
    const codes = (all: ReturnType<typeof rankSeries>) =>
      all.map(({ uid, reasons }) => [uid, ...reasons.map(({ code }) => code)]);
    assert.deepEqual(codes(rankSeries([series('2.25.1', 300, 1, derived), series('2.25.2', 120, 2)])), [
      ['2.25.2'],
      ['2.25.1', 'derived'],
    ]);
    assert.deepEqual(codes(rankSeries([series('2.25.1', 300, 1, derived)])), [['2.25.1']]);
    const head = series('2.25.2', 200, 1, { bodyPartExamined: 'HEAD' });
    assert.deepEqual(codes(rankSeries([head, series('2.25.1', 300, 1, derived)])), [
      ['2.25.1'],
      ['2.25.2', 'not-chest'],
    ]);
    const localizer = series('2.25.3', 2, 1, { imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] });
    const monitoring = series('2.25.4', 3, 1);
    assert.deepEqual(codes(rankSeries([monitoring, series('2.25.1', 300, 1, derived)]))[0], ['2.25.1']);
    assert.deepEqual(codes(rankSeries([localizer, series('2.25.1', 300, 1, derived)]))[0], ['2.25.1']);
  });

  it('of an unknown body part never displace one of the chest', () => {
    const unknown = series('2.25.1', 400, 0.6, { bodyPartExamined: 'UNKNOWN', convolutionKernel: ['LUNG'] });
    assert.equal(rankSeries([unknown, series('2.25.2', 150, 2)])[0]?.uid, '2.25.2');
  });

  it('may be none', () => {
    assert.deepEqual(rankSeries([]), []);
  });
});
