import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { type IngestOptions, ingestSeries } from '../../src/dicom/ingest-series.ts';
import { ctFile, limits } from './support/ct-file.ts';
import { deflated } from './support/deflated.ts';

const pool = openDecodePool({ threads: 2 });
after(() => pool.close());

const ingest = (instances: AsyncIterable<Uint8Array>, options: Partial<IngestOptions> = {}) =>
  ingestSeries(instances, { pool, limits, signal: new AbortController().signal, ...options });

async function* given(files: readonly Uint8Array[]) {
  yield* files;
}

describe('the collector of a series', () => {
  it('gives the headers of all slices as they arrived, also of those that lie where another does', async () => {
    const { received } = await ingest(given([4, 0, 2, 0, 3, 1].map((z) => ctFile(z))));
    assert.deepEqual(
      received.map(({ imagePositionPatient }) => imagePositionPatient?.[2]),
      [4, 0, 2, 0, 3, 1],
    );
  });

  it('counts deflated instances as what they become', async () => {
    // Sent they are a few hundred bytes each, inflated thirty thousand.
    const large = (z: number) => ctFile(z, 0, [['00091010', 'OB', new Uint8Array(30_000)]]);
    const files = [0, 1, 2].map((z) => Uint8Array.from(deflated(large(z))));
    const lowered = { ...limits, bytesPerSeries: 70_000, inflateRatio: 2000 };
    await assert.rejects(ingest(given(files), { limits: lowered }), {
      code: 'limit-exceeded',
      message: /limits\.bytesPerSeries \(70000 bytes\)/,
    });
  });

  it('refuses too large an image only where its pixels are wanted', async () => {
    const large = ctFile(2, 0, [
      ['00080060', 'CS', 'OT'],
      ['00280010', 'US', [3000]],
    ]);
    const files = () => given([ctFile(0), ctFile(1), Uint8Array.from(large)]);
    const { volume } = await ingest(files(), { wanted: ({ rows }) => rows < 3000 });
    assert.equal(volume.shape[0], 2);
    await assert.rejects(ingest(files()), {
      code: 'limit-exceeded',
      message: /limits\.rowsColumns \(2048 pixels\)/,
      details: { sopInstanceUid: '2.25.1020' },
    });
  });

  it('hands a worker the pixels only, not what an instance holds beside them', async () => {
    const moved: number[] = [];
    const watched = {
      ...pool,
      decodeSlice(task: Parameters<typeof pool.decodeSlice>[0]) {
        moved.push(task.frame.buffer.byteLength);
        return pool.decodeSlice(task);
      },
    };
    // Rows to the right: what has to be turned is for a worker.
    const files = [0, 1].map((z) =>
      ctFile(z, 0, [
        ['00200037', 'DS', '-1\\0\\0\\0\\-1\\0'],
        ['FFFCFFFC', 'OB', new Uint8Array(100_000)],
      ]),
    );
    await ingest(given(files), { pool: watched });
    // Six samples of two bytes.
    assert.deepEqual(moved, [12, 12]);
  });
});
