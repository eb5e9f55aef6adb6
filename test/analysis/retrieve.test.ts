import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ChosenSeries } from '../../src/analysis/choose-series.ts';
import { fileSource } from '../../src/analysis/file-source.ts';
import { retrieve } from '../../src/analysis/retrieve.ts';
import type { StudySource } from '../../src/analysis/study-source.ts';
import { checkConfig } from '../../src/config.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { writePhantomStudy } from '../support/phantom-study.ts';

const { limits } = checkConfig({});

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
    const listed = new Set(series.headers.map(({ sopInstanceUid }) => sopInstanceUid));
    chosen = { kind: 'chosen', uid: series.uid, header, listed, chestKnown: true, others: [], warnings: [] };
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
      async *instances(uid, signal) {
        const all: Uint8Array[] = [];
        for await (const bytes of source.instances(uid, signal)) all.push(bytes);
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
      instances: () => source.instances(chosen.uid, new AbortController().signal),
    };
    await assert.rejects(retrieved(sameSeries, { ...chosen, uid: '1.2.3' }), mismatch('series'));
    await assert.rejects(retrieved({ ...source, studyUid: '1.2.3' }, chosen), mismatch('study'));
  });

  it('takes a patient that only the instances name', async () => {
    const unnamed = { ...chosen, header: { ...chosen.header, patient: {} } };
    assert.equal((await retrieved(source, unnamed)).headers.length, 3);
  });
});
