import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { uploadSource } from '../../src/analysis/upload-source.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { readInstance } from '../../src/dicom/read-instance.ts';
import { ctFile, limits } from '../dicom/support/ct-file.ts';
import { deflated } from '../dicom/support/deflated.ts';
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

  it('is refused over the same limits as any other', async () => {
    await assert.rejects(uploadSource(given([enhanced()]), { ...limits, frames: 2 }), {
      code: 'limit-exceeded',
      message: /limits\.frames \(2 frames\)/,
    });
  });
});
