import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ChosenSeries } from '../../src/analysis/choose-series.ts';
import { fileSource } from '../../src/analysis/file-source.ts';
import { retrieve } from '../../src/analysis/retrieve.ts';
import { sliceKey } from '../../src/analysis/slice-key.ts';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { ctFile, limits } from '../dicom/support/ct-file.ts';

const { signal } = new AbortController();

describe('a study in files', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lobar-study-'));
  });
  const decodePool = openDecodePool({ threads: 1 });
  after(async () => {
    await decodePool.close();
    await rm(folder, { recursive: true });
  });

  const write = async (name: string, bytes: Uint8Array) => {
    const path = join(folder, name);
    await writeFile(path, bytes);
    return path;
  };

  it('is not refused for the size of an image of another series', async () => {
    const paths = [
      await write('slice', ctFile(0)),
      await write(
        'screenshot',
        ctFile(1, 0, [
          ['0020000E', 'UI', '2.25.12'],
          ['00280010', 'US', [3000]],
          ['00280011', 'US', [3000]],
        ]),
      ),
    ];
    const source = await fileSource(paths, limits);
    assert.equal((await source.listSeries(signal)).length, 2);
  });

  it('is refused with the file whose pixels cannot be used', async () => {
    const whole = await write('whole', ctFile(0));
    const cut = await write('cut', ctFile(1).subarray(0, -4));
    const source = await fileSource([whole, cut], limits);
    const [series] = await source.listSeries(signal);
    const [header] = series?.headers ?? [];
    assert.ok(header);
    const chosen: ChosenSeries = {
      kind: 'chosen',
      uid: '2.25.11',
      because: { code: 'only-eligible', text: 'Nothing else in the study is eligible.' },
      header,
      listed: new Set(['2.25.1000', '2.25.1010']),
      slices: new Set(series?.headers.map(sliceKey)),
      leftOut: new Set(),
      chestKnown: true,
      others: [],
      warnings: [],
    };
    const options = { decodePool, limits, force: false, signal, onProgress: () => {} };
    await assert.rejects(retrieve(source, chosen, options), {
      code: 'pixel-data-length',
      details: { sopInstanceUid: '2.25.1010', file: cut },
    });
  });

  it('is refused with the studies and a file of each where they are several', async () => {
    const one = await write('one', ctFile(0));
    const two = await write('two', ctFile(1, 0, [['0020000D', 'UI', '2.25.99']]));
    await assert.rejects(fileSource([one, two], limits), {
      code: 'several-studies',
      details: { studyInstanceUids: '2.25.10, 2.25.99', files: `${one}, ${two}` },
    });
  });
});
