import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { uploadSource } from '../../src/analysis/upload-source.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { readInstance } from '../../src/dicom/read-instance.ts';
import { ctFile, limits } from '../dicom/support/ct-file.ts';
import { deflated } from '../dicom/support/deflated.ts';
import type { DicomElement } from '../support/dicom-writer.ts';
import { enhancedCt } from '../support/enhanced-ct.ts';

const { signal } = new AbortController();

async function* given(files: readonly Uint8Array[]) {
  yield* files;
}

const enhanced = () =>
  enhancedCt(
    [0, 1, 2].map((z) => {
      const instance = parseInstance(ctFile(z), limits);
      return { header: instance.header, pixels: pixelFrames(instance)(1) };
    }),
  );

describe('an uploaded study', () => {
  it('offers one header a frame, deflated or not, and each instance once', async () => {
    const single = ctFile(5, 0, [['0020000E', 'UI', '2.25.12']]);
    const source = await uploadSource(given([enhanced(), deflated(single)]), limits);
    const series = await source.listSeries(signal);
    assert.deepEqual(
      series.map(({ uid, headers }) => [uid, headers.map((h) => h.imagePositionPatient?.[2])]),
      [
        ['2.25.11', [0, 1, 2]],
        ['2.25.12', [5]],
      ],
    );
    const sent: Uint8Array[] = [];
    for await (const bytes of source.instances('2.25.11', signal, new Set(['2.25.2000']))) sent.push(bytes);
    assert.deepEqual(sent, [enhanced()]);
  });

  it('is listed without inflating more of an instance than its header', async () => {
    const file = deflated(ctFile(5, 0, [['7FE00010', 'OW', randomBytes(100_000)]]));
    // A block type that does not exist (RFC 1951 3.2.3): whoever inflates so far finds it damaged.
    file.fill(0xff, 60_000);
    const [series] = await (await uploadSource(given([file]), limits)).listSeries(signal);
    assert.deepEqual(series?.headers[0]?.imagePositionPatient, [-10, -20, 5]);
    await assert.rejects(readInstance(file, limits), { code: 'dicom-invalid' });
  });

  it('is not refused for the size of an image of another series', async () => {
    const large: readonly DicomElement[] = [
      ['0020000E', 'UI', '2.25.12'],
      ['00280010', 'US', [3000]],
      ['00280011', 'US', [3000]],
    ];
    const source = await uploadSource(given([ctFile(0), ctFile(1, 0, large)]), limits);
    assert.equal((await source.listSeries(signal)).length, 2);
  });

  it('is refused with the number of the part that is no DICOM', async () => {
    await assert.rejects(uploadSource(given([ctFile(0), ctFile(1), new Uint8Array()]), limits), {
      code: 'not-dicom',
      details: { part: 3 },
    });
  });

  it('tells which part holds an instance, where only one does', async () => {
    const source = await uploadSource(given([ctFile(0), ctFile(1), ctFile(0)]), limits);
    assert.deepEqual(source.placeOf?.('2.25.1010'), { part: 2 });
    assert.deepEqual(source.placeOf?.('2.25.1000'), {});
  });

  it('is refused with the studies and the first parts of them where they are several', async () => {
    const other = (z: number) => ctFile(z, 0, [['0020000D', 'UI', '2.25.99']]);
    await assert.rejects(uploadSource(given([ctFile(0), ctFile(1), other(2), other(3)]), limits), {
      code: 'several-studies',
      details: { studyInstanceUids: '2.25.10, 2.25.99', parts: '1, 3' },
    });
  });

  it('is refused over the same limits as any other', async () => {
    await assert.rejects(uploadSource(given([enhanced()]), { ...limits, frames: 2 }), {
      code: 'limit-exceeded',
      message: /limits\.frames \(2 frames\)/,
    });
  });
});
