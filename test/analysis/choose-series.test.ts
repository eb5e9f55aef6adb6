import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chooseSeries } from '../../src/analysis/choose-series.ts';
import type { StudySource } from '../../src/analysis/study-source.ts';
import { checkConfig } from '../../src/config.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { rules } from '../dicom/support/ct-file.ts';
import { seriesHeaders, sliceHeader } from '../dicom/support/headers.ts';

function studyOf(...series: readonly (readonly InstanceHeader[])[]): StudySource {
  return {
    listSeries: async () => series.map((headers) => ({ uid: headers[0]?.seriesInstanceUid ?? '', headers })),
    async *instances() {},
    incomplete: () => new Error('incomplete'),
    seriesNotFound: () => new Error('no such series'),
  };
}

const series = (uid: string, step: number, change: Partial<InstanceHeader> = {}) =>
  seriesHeaders(Math.ceil(300 / step), step, { seriesInstanceUid: uid, sliceThicknessMm: step, ...change });

async function choose(
  source: StudySource,
  { seriesUid, force = false }: { readonly seriesUid?: string; readonly force?: boolean } = {},
) {
  return await chooseSeries(source, { seriesUid, force }, rules, new AbortController().signal);
}

async function chosenOf(...args: Parameters<typeof choose>) {
  const choice = await choose(...args);
  assert.equal(choice.kind, 'chosen');
  return choice;
}

describe('the choice of a series', () => {
  it('says why: nothing else is eligible', async () => {
    const { uid, because } = await chosenOf(studyOf(series('2.25.1', 1), series('2.25.2', 5)));
    assert.deepEqual([uid, because.code], ['2.25.1', 'only-eligible']);
  });

  it('says why: by what it won', async () => {
    const { because, others } = await chosenOf(studyOf(series('2.25.1', 2), series('2.25.2', 1)));
    assert.deepEqual(because, {
      code: 'preferred',
      text: 'It is ranked first: against the next best it has thinner slices, 1 against 2 mm.',
    });
    assert.deepEqual(others, [
      {
        uid: '2.25.1',
        reasons: [
          {
            code: 'not-preferred',
            text: 'It is eligible, but another eligible series has thinner slices, 1 against 2 mm.',
          },
        ],
      },
    ]);
  });

  it('passes by a series that is over a limit, and names the limit and its value', async () => {
    const study = studyOf(series('2.25.1', 2), series('2.25.2', 1));
    const { signal } = new AbortController();
    const wish = { force: false };
    // 150 slices of 2 mm and 300 of 1 mm, of 512 x 512 each.
    for (const limits of [
      { instances: 299, voxels: 2 ** 40 },
      { instances: 300, voxels: 300 * 512 * 512 - 1 },
    ]) {
      const choice = await chooseSeries(study, wish, rules, signal, limits);
      assert.equal(choice.kind, 'chosen');
      assert.equal(choice.uid, '2.25.1');
      const [reason] = choice.others[0]?.reasons ?? [];
      assert.equal(reason?.code, 'over-limit');
      assert.match(reason?.text ?? '', /limits\.(instances \(299\)|voxels \(78643199\))/);
    }
    const within = { instances: 300, voxels: 300 * 512 * 512 };
    const choice = await chooseSeries(study, wish, rules, signal, within);
    assert.ok(choice.kind === 'chosen' && choice.uid === '2.25.2');
  });

  it('takes 2,000 slices of 512 x 512 by default, and not one more', async () => {
    const { limits } = checkConfig({});
    const { signal } = new AbortController();
    const of = (slices: number) =>
      chooseSeries(
        studyOf(seriesHeaders(slices, 0.15, { seriesInstanceUid: '2.25.1', sliceThicknessMm: 0.15 })),
        { force: false },
        rules,
        signal,
        limits,
      );
    assert.equal((await of(2000)).kind, 'chosen');
    const refused = await of(2001);
    assert.equal(refused.kind, 'ineligible');
    assert.deepEqual(
      refused.reasons.flatMap(({ reasons }) => reasons.map(({ code, text }) => [code, text])),
      [
        [
          'over-limit',
          'The series has 2001 instances, over the limit limits.instances (2000). Raise it in the configuration if they are legitimate.',
        ],
      ],
    );
  });

  it('says why: it was asked for, against all others', async () => {
    const study = studyOf(
      series('2.25.1', 2),
      series('2.25.2', 1),
      series('2.25.3', 1.5),
      series('2.25.4', 5),
    );
    const { uid, because, others } = await chosenOf(study, { seriesUid: '2.25.1' });
    assert.deepEqual([uid, because.code], ['2.25.1', 'asked-for']);
    assert.deepEqual(
      others.map((one) => [one.uid, ...one.reasons.map(({ code }) => code)]),
      [
        ['2.25.2', 'not-asked-for'],
        ['2.25.3', 'not-asked-for'],
        ['2.25.4', 'slice-too-thick'],
      ],
    );
  });

  it('says why: by force', async () => {
    const { because, warnings } = await chosenOf(studyOf(series('2.25.1', 5)), { force: true });
    assert.equal(because.code, 'forced');
    assert.deepEqual(
      warnings.map(({ code }) => code),
      ['forced', 'slice-too-thick'],
    );
  });

  it('refuses the series that was asked for by its own reasons, not for being behind another', async () => {
    const choice = await choose(studyOf(series('2.25.1', 5), series('2.25.2', 1)), { seriesUid: '2.25.1' });
    assert.equal(choice.kind, 'ineligible');
    assert.deepEqual(
      choice.reasons.map((one) => [one.uid, ...one.reasons.map(({ code }) => code)]),
      [
        ['2.25.1', 'slice-too-thick'],
        ['2.25.2', 'not-asked-for'],
      ],
    );
  });

  it('takes the best stack of a split series and names the rest', async () => {
    const [soft, lung] = [['B31f'], ['B70f']].map((convolutionKernel) =>
      series('2.25.1', 1, { convolutionKernel }).map((header) => ({
        ...header,
        sopInstanceUid: `${header.sopInstanceUid}.${convolutionKernel[0]?.slice(1, 3)}`,
      })),
    );
    const localizer = [sliceHeader(900, { seriesInstanceUid: '2.25.1', imageType: ['LOCALIZER'] })];
    const study = studyOf([...(soft ?? []), ...(lung ?? []), ...localizer], series('2.25.2', 2));
    const { stack, because, others, warnings, listed, slices, leftOut } = await chosenOf(study);
    assert.deepEqual(stack, { slices: 300, distinguishedBy: 'kernel B70f' });
    assert.match(because.text, /it has a lung kernel/);
    assert.deepEqual(
      others.map((one) => [one.uid, one.stack?.distinguishedBy, one.stack?.slices]),
      [
        ['2.25.1', 'kernel B31f', 300],
        ['2.25.2', undefined, undefined],
        ['2.25.1', 'localizers', 1],
      ],
    );
    assert.match(others[0]?.reasons[0]?.text ?? '', /another stack of the same series has a lung kernel/);
    assert.deepEqual(warnings, [
      {
        code: 'series-split',
        text: 'The images of the series are not one volume: kernel B70f (300) was taken, left out: kernel B31f (300); localizers (1).',
      },
    ]);
    assert.deepEqual([listed.size, slices.size, leftOut.size], [300, 300, 301]);
  });

  it('refuses stacks whose images share their UIDs, which could not be told apart on arrival', async () => {
    const kernels = [['B31f'], ['B70f']].flatMap((convolutionKernel) =>
      series('2.25.1', 1, { convolutionKernel }),
    );
    const choice = await choose(studyOf(kernels));
    assert.equal(choice.kind, 'ineligible');
    assert.deepEqual(
      choice.reasons.map((one) => one.reasons.map(({ code }) => code)),
      [['ambiguous-uids'], ['ambiguous-uids']],
    );
  });

  it('refuses a series in which one UID is that of two slices: one of them could be lost unseen', async () => {
    const twice = series('2.25.1', 1).map((header, k) =>
      k === 200 ? { ...header, sopInstanceUid: '2.25.1000' } : header,
    );
    const choice = await choose(studyOf(twice));
    assert.equal(choice.kind, 'ineligible');
    assert.deepEqual(
      choice.reasons.map((one) => one.reasons.map(({ code }) => code)),
      [['ambiguous-uids']],
    );
    const copies = [...series('2.25.1', 1), ...series('2.25.1', 1)];
    assert.equal((await choose(studyOf(copies))).kind, 'chosen');
  });
});
