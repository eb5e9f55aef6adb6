import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type ChosenSeries, chooseSeries } from '../../src/analysis/choose-series.ts';
import { fileSource } from '../../src/analysis/file-source.ts';
import { refusalsOnArrival, retrieve } from '../../src/analysis/retrieve.ts';
import { sliceKey } from '../../src/analysis/slice-key.ts';
import type { StudySource } from '../../src/analysis/study-source.ts';
import { uploadSource } from '../../src/analysis/upload-source.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { ctFile, limits, rules } from '../dicom/support/ct-file.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';

describe('retrieving a series', () => {
  const decodePool = openDecodePool({ threads: 1 });
  let folder = '';
  let source: StudySource;
  let chosen: ChosenSeries;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-retrieve-'));
    await writePhantomStudy(folder, { slices: 3, matrix: 32 });
    source = await fileSource([folder], limits);
    const [series] = await source.listSeries(new AbortController().signal);
    const header = series?.headers[0];
    assert.ok(series !== undefined && header !== undefined);
    chosen = {
      kind: 'chosen',
      uid: series.uid,
      because: { code: 'only-eligible', text: 'Nothing else in the study is eligible.' },
      header,
      listed: new Set(series.headers.map(({ sopInstanceUid }) => sopInstanceUid)),
      slices: new Set(series.headers.map(sliceKey)),
      leftOut: new Set(),
      chestKnown: true,
      others: [],
      warnings: [],
    };
  });
  after(async () => {
    await decodePool.close();
    await rm(folder, { recursive: true });
  });

  const retrieved = (from: StudySource, series: ChosenSeries) =>
    retrieve(from, series, {
      decodePool,
      limits,
      force: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    });

  it('gives all of what was listed', async () => {
    const { volume, headers } = await retrieved(source, chosen);
    assert.deepEqual(volume.shape, [3, 32, 32]);
    assert.equal(headers.length, 3);
  });

  it('refuses fewer instances than were listed, also when one came twice', async () => {
    const twice: StudySource = {
      ...source,
      async *instances(uid, signal, listed) {
        const all: Uint8Array[] = [];
        for await (const bytes of source.instances(uid, signal, listed)) all.push(bytes);
        // Copies: decoding takes the memory of what it is given.
        const sent = [all[0], all[1], all[1]].flatMap((bytes) =>
          bytes === undefined ? [] : [new Uint8Array(bytes)],
        );
        yield* sent;
      },
    };
    await assert.rejects(retrieved(twice, chosen), /only 2 of 3 instances/);
  });

  it('refuses the images of another patient, series or study than was asked for', async () => {
    const { header } = chosen;
    const mismatch = (what: string) => (error: { code?: string; message?: string }) =>
      error.code === 'identity-mismatch' && (error.message ?? '').includes(`another ${what} `);
    const otherPatient = {
      ...chosen,
      header: { ...header, patient: { ...header.patient, id: 'SOMEBODY ELSE' } },
    };
    await assert.rejects(retrieved(source, otherPatient), mismatch('patient'));
    const sameSeries = {
      ...source,
      instances: () => source.instances(chosen.uid, new AbortController().signal, chosen.listed),
    };
    await assert.rejects(retrieved(sameSeries, { ...chosen, uid: '1.2.3' }), mismatch('series'));
    await assert.rejects(retrieved({ ...source, studyUid: '1.2.3' }, chosen), mismatch('study'));
  });

  it('takes a patient that only the instances name', async () => {
    const unnamed = { ...chosen, header: { ...chosen.header, patient: {} } };
    assert.equal((await retrieved(source, unnamed)).headers.length, 3);
  });

  describe('that was split', () => {
    /** Ten images of 3 x 2 pixels in two acquisitions, which lie at the same places. */
    const image = (z: number, acquisition: 1 | 2) =>
      ctFile(z, acquisition * 100, [['00200012', 'IS', String(acquisition)]]);
    const all = [0, 1, 2, 3, 4].flatMap((z) => [image(z, 2), image(z, 1)]);
    const eligibility = { ...rules, minCoverageMm: 3 };
    const signal = new AbortController().signal;

    /** Chosen by `listed`; what arrives is `sent`. */
    async function split(sent: readonly Uint8Array[], listed: readonly Uint8Array[] = all) {
      const source = await uploadSource(arriving(listed), limits);
      const choice = await chooseSeries(source, { force: false }, eligibility, signal);
      assert.equal(choice.kind, 'chosen', JSON.stringify(choice));
      const ingested = await retrieved({ ...source, instances: () => arriving(sent) }, choice);
      return { ...ingested, refusals: codesOf(refusalsOnArrival(ingested, choice, eligibility)) };
    }

    it('gives the slices of the chosen stack only', async () => {
      const { volume, headers, warnings } = await split(all);
      assert.deepEqual(volume.shape, [5, 2, 3]);
      assert.deepEqual(new Set(headers.map(({ acquisitionNumber }) => acquisitionNumber)), new Set([1]));
      // By hand: 100 + pixel - 1024.
      assert.deepEqual([...volume.data.subarray(0, 6)], [-924, -923, -922, -921, -920, -919]);
      assert.deepEqual(warnings, []);
    });

    it('refuses fewer slices than the chosen stack has, and needs none of another', async () => {
      await assert.rejects(split(all.filter((_, i) => i !== 1)), /only 4 of 5 instances/);
      assert.deepEqual((await split(all.filter((_, i) => i !== 0))).volume.shape, [5, 2, 3]);
    });

    it('leaves out what the listing does not name, with a warning', async () => {
      const { volume, warnings } = await split([...all, image(5, 1)]);
      assert.deepEqual(volume.shape, [5, 2, 3]);
      assert.deepEqual(codesOf(warnings), ['unlisted-images']);
    });

    it('refuses an acquisition that was not there when the series was listed and chosen whole', async () => {
      const first = all.filter((_, i) => i % 2 === 1);
      assert.deepEqual((await split(all, all)).refusals, []);
      assert.deepEqual((await split(first, first)).refusals, []);
      // Five slices of 1 mm go on where the first five end: one volume still.
      const further = [5, 6, 7, 8, 9].map((z) => image(z, 2));
      const { volume, refusals } = await split([...first, ...further], first);
      assert.deepEqual([volume.shape, refusals], [[10, 2, 3], []]);
      assert.deepEqual((await split(all, first)).refusals, ['series-changed']);
    });

    it('warns of padding that only the arriving images tell', async () => {
      const listed = [0, 1, 2, 3, 4].map((z) => ctFile(z, 1000));
      const sent = [0, 1, 2, 3, 4].map((z) => ctFile(z, 1000, [['00280120', 'US', [1002]]]));
      const { volume, warnings } = await split(sent, listed);
      // By hand: 1000 + pixel - 1024, but for the one that is padding.
      assert.deepEqual([...volume.data.subarray(0, 4)], [-24, -23, -1024, -21]);
      assert.deepEqual(codesOf(warnings), ['padding-in-image']);
    });
  });
});

function codesOf(notices: readonly { readonly code: string }[]): readonly string[] {
  return notices.map(({ code }) => code);
}

async function* arriving(files: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  // Copies: decoding takes the memory of what it is given.
  for (const file of files) yield file.slice();
}
