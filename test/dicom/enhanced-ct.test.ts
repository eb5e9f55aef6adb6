import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { openDecodePool } from '../../src/dicom/decode-pool.ts';
import { readStudyFiles } from '../../src/dicom/folder-source.ts';
import { type IngestOptions, ingestSeries } from '../../src/dicom/ingest-series.ts';
import { objectKind } from '../../src/dicom/object-kind.ts';
import { parseInstance } from '../../src/dicom/parse-instance.ts';
import { pixelFrames } from '../../src/dicom/pixel-frames.ts';
import { openJpegLsPixels } from '../../src/sandbox/phantom/pixel-encoders.ts';
import type { DicomElement } from '../support/dicom-writer.ts';
import { type EnhancedFrame, enhancedCt } from '../support/enhanced-ct.ts';
import { sharedData, sharedDataMissing } from '../support/shared-data.ts';
import { ctFile, limits } from './support/ct-file.ts';

const pool = openDecodePool({ threads: 2 });
after(() => pool.close());

async function ingest(files: readonly Uint8Array[], options: Partial<IngestOptions> = {}) {
  async function* instances() {
    yield* files;
  }
  const { signal } = new AbortController();
  return ingestSeries(instances(), { pool, limits, signal, ...options });
}

/** A single-frame image as a frame: its own header and samples. */
function frameOf(file: Uint8Array, change: Partial<EnhancedFrame['header']> = {}): EnhancedFrame {
  const instance = parseInstance(file, limits);
  return { header: { ...instance.header, ...change }, pixels: Uint8Array.from(pixelFrames(instance)(1)) };
}

/** Frames of one value each, the height plus 100 HU; stored values differ by the rescale of each. */
const frames = (heights: readonly number[]) =>
  heights.map((z) => {
    const shift = z % 3;
    return frameOf(ctFile(z, 1124 + z + shift), { rescaleIntercept: -1024 - shift, acquisitionNumber: 7 });
  });

/** A stable shuffle. */
const shuffled = <T>(items: readonly T[]): T[] =>
  items
    .map((item, i) => ({ item, key: (i * 37) % items.length }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);

describe('an enhanced CT object', () => {
  it('gives the geometry of each frame that pydicom reads of a real one', { skip: sharedDataMissing }, () => {
    const { header, frames: own } = parseInstance(
      readFileSync(sharedData('edge', 'eCT_Supplemental.dcm')),
      limits,
    );
    // Expected values: pydicom 3.0.2; PlanePosition and FrameContent per frame, all others shared.
    assert.equal(header.imagePositionPatient, undefined);
    const shared = {
      imageType: ['DERIVED', 'PRIMARY', 'PERFUSION', 'RCBF'],
      imageOrientationPatient: { row: [-1, 0, 0], column: [0, 1, 0] },
      pixelSpacingMm: { row: 0.388672, column: 0.388672 },
      sliceThicknessMm: 10,
      rescaleIntercept: -1024,
      rescaleSlope: 1,
      rescaleType: 'US',
      stackId: '1',
      acquisitionNumber: 1,
      bodyPartExamined: 'Brain',
      numberOfFrames: 2,
    };
    for (const [k, z] of [-159, -149].entries()) {
      const expected = { ...shared, frameNumber: k + 1, imagePositionPatient: [99.5, -301.5, z] };
      const actual = Object.fromEntries(
        Object.keys(expected).map((key) => [key, own[k]?.[key as keyof (typeof own)[number]]]),
      );
      assert.deepEqual(actual, expected);
    }
    assert.equal(own.length, 2);
  });

  it('makes the volume of the single images that it was made of', { skip: sharedDataMissing }, async () => {
    const [study] = await readStudyFiles([sharedData('cip-ct64', 'ct-64Dicom')], limits);
    const [series] = study?.series ?? [];
    assert.ok(study && series);
    const singles: Uint8Array[] = [];
    for await (const file of study.instances(series.uid)) singles.push(Uint8Array.from(file));
    // The same HU from other stored values, by a rescale that differs from frame to frame.
    const made = singles.map((file, i) => {
      const { header, pixels } = frameOf(file);
      const shift = i % 3;
      const stored = new Int16Array(pixels.buffer).map((value) => value + shift);
      const rescaleIntercept = (header.rescaleIntercept ?? 0) - shift * (header.rescaleSlope ?? 1);
      return { header: { ...header, rescaleIntercept }, pixels: new Uint8Array(stored.buffer) };
    });
    const expected = await ingest(singles);
    const { volume, instances, slices, headers } = await ingest([enhancedCt(shuffled(made))]);
    assert.deepEqual(volume.data, expected.volume.data);
    assert.deepEqual({ ...volume, data: 0 }, { ...expected.volume, data: 0 });
    assert.deepEqual([instances, slices, headers.length], [1, 79, 79]);
  });

  it('may be compressed, one code stream a frame', async () => {
    const encode = await openJpegLsPixels();
    const raw = frames([3, 0, 2, 4, 1]);
    const coded = raw.map(({ header, pixels }) => ({
      header,
      pixels: Uint8Array.from(encode(new Uint16Array(pixels.buffer), header).bytes),
    }));
    const [expected, actual] = [
      await ingest([enhancedCt(raw)]),
      await ingest([enhancedCt(coded, { encapsulatedIn: '1.2.840.10008.1.2.4.80' })]),
    ];
    assert.deepEqual(actual.volume.data, expected.volume.data);
    // By hand: 100 HU plus the height, plus 0 to 5 along the six pixels.
    assert.deepEqual(
      [...actual.volume.data],
      [0, 1, 2, 3, 4].flatMap((z) => [0, 1, 2, 3, 4, 5].map((i) => 100 + z + i)),
    );
  });

  it('may come in several objects of one series', async () => {
    const { volume, instances, slices, sopInstanceUids } = await ingest([
      enhancedCt(frames([3, 0]), { sopInstanceUid: '2.25.1' }),
      enhancedCt(frames([1, 2]), { sopInstanceUid: '2.25.2' }),
    ]);
    assert.deepEqual([...volume.data.filter((_, i) => i % 6 === 0)], [100, 101, 102, 103]);
    assert.deepEqual([instances, slices, sopInstanceUids], [2, 4, new Set(['2.25.1', '2.25.2'])]);
  });

  it('says per frame what all share only where the frame does not say otherwise', () => {
    const file = enhancedCt(frames([0, 1]), {
      replace: [
        ['00200012', 'IS', '1'],
        ['00281052', 'DS', '5'],
        ['00180015', 'CS', 'CHEST'],
      ],
    });
    const { header, frames: own } = parseInstance(file, limits);
    assert.deepEqual([header.rescaleIntercept, header.acquisitionNumber], [5, 1]);
    assert.deepEqual(
      own.map((h) => [h.rescaleIntercept, h.acquisitionNumber, h.stackId, h.temporalPositionIndex]),
      [
        [-1024, 7, '1', 1],
        [-1025, 7, '1', 1],
      ],
    );
    assert.deepEqual(
      own.map((h) => [h.bodyPartExamined, h.convolutionKernel, h.gantryTiltDegrees, h.sliceThicknessMm]),
      [
        ['CHEST', ['B70f'], 0, 1],
        ['CHEST', ['B70f'], 0, 1],
      ],
    );
  });

  it('says of a frame at which part of the heart beat it is, as a number of 32 bits', () => {
    // PS3.6: (0020,9241) is FL.
    const phase = (percent: number): DicomElement[] => [
      ['00189118', 'SQ', [[['00209241', 'FL', [percent]]]]],
    ];
    const file = enhancedCt(frames([0, 1]), { replace: [['52009230', 'SQ', [phase(35), phase(75.5)]]] });
    const phases = parseInstance(file, limits).frames.map((h) => h.cardiacPhasePercent);
    assert.deepEqual(phases, [35, 75.5]);
  });

  it('may be converted from single images, with what had no group in a sequence of its own', () => {
    const group = (z: number): DicomElement[] => [
      ['00209113', 'SQ', [[['00200032', 'DS', `0\\0\\${z}`]]]],
      ['00209171', 'SQ', [[['00200013', 'IS', String(40 + z)]]]],
    ];
    const file = enhancedCt(frames([0, 1]), {
      replace: [
        ['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.2.2'],
        ['52009229', 'SQ', [[['00209170', 'SQ', [[['00181210', 'SH', 'LUNG']]]]]]],
        ['52009230', 'SQ', [group(5), group(6)]],
      ],
    });
    assert.deepEqual(
      parseInstance(file, limits).frames.map((h) => [
        h.imagePositionPatient,
        h.instanceNumber,
        h.convolutionKernel,
      ]),
      [
        [[0, 0, 5], 45, ['LUNG']],
        [[0, 0, 6], 46, ['LUNG']],
      ],
    );
  });

  it('is refused where its groups are not one a frame', () => {
    for (const count of ['2', '4', '-3', '0']) {
      const file = enhancedCt(frames([0, 1, 2]), { replace: [['00280008', 'IS', count]] });
      assert.throws(
        () => parseInstance(file, limits),
        { code: 'dicom-invalid', details: { sopInstanceUid: '2.25.2000' } },
        count,
      );
    }
  });

  it('is refused over the limit of frames, whatever it holds', () => {
    for (const count of ['3', '2147483648', '1e300']) {
      const file = enhancedCt(frames([0, 1]), { replace: [['00280008', 'IS', count]] });
      assert.throws(() => parseInstance(file, { ...limits, frames: 2 }), {
        code: 'limit-exceeded',
        message: /limits\.frames \(2 frames\)/,
      });
    }
  });

  it('is one header without groups, and its pixels are refused', async () => {
    const replace: DicomElement[] = [
      ['52009229', 'SQ', []],
      ['52009230', 'SQ', []],
    ];
    const file = enhancedCt(frames([0, 1]), { replace });
    const { frames: own } = parseInstance(file, limits);
    assert.deepEqual(
      own.map((h) => [h.numberOfFrames, h.frameNumber]),
      [[2, 1]],
    );
    await assert.rejects(ingest([file], { force: true }), {
      code: 'pixel-data-unsupported',
      message: /2 frames in one object that does not say where each lies/,
    });
  });

  it('has no position without groups a frame: one that all share is not that of each', () => {
    const file = enhancedCt(frames([0, 1]), {
      replace: [
        ['52009229', 'SQ', [[['00209113', 'SQ', [[['00200032', 'DS', '0\\0\\5']]]]]]],
        ['52009230', 'SQ', []],
      ],
    });
    const [header, ...more] = parseInstance(file, limits).frames;
    assert.ok(header !== undefined && more.length === 0);
    assert.deepEqual([header.imagePositionPatient, objectKind(header)], [undefined, 'multi-frame']);
  });

  it('is refused where its pixel data is shorter than its frames', async () => {
    const file = enhancedCt(frames([0, 1, 2])).subarray(0, -4);
    await assert.rejects(ingest([Uint8Array.from(file)]), { code: 'pixel-data-length' });
  });
});

describe('the slices that are wanted', () => {
  const twoTimes = () =>
    [0, 1, 2].flatMap((z) =>
      [1, 2].map((time) => frameOf(ctFile(z, 1000 + 100 * time + z), { temporalPositionIndex: time })),
    );

  it('are the only ones in the volume', async () => {
    const seen: number[] = [];
    const { volume, slices, instances, headers } = await ingest([enhancedCt(twoTimes())], {
      wanted: ({ temporalPositionIndex }) => temporalPositionIndex === 2,
      onSlice: (done) => seen.push(done),
    });
    // Stored 1200 + z, intercept -1024.
    assert.deepEqual([...volume.data.filter((_, i) => i % 6 === 0)], [176, 177, 178]);
    assert.deepEqual([slices, instances, headers.map((h) => h.frameNumber)], [3, 1, [2, 4, 6]]);
    assert.deepEqual(seen, [1, 2, 3]);
  });

  it('decide the geometry, whatever comes before them', async () => {
    const localizer = () => ctFile(9, 0, [['00200037', 'DS', '0\\1\\0\\0\\0\\-1']]);
    const short = () => ctFile(8, 0, [['7FE00010', 'OW', new Uint8Array(2)]]);
    const files = [localizer(), short(), ctFile(0, 1124), ctFile(1, 1125)];
    const { volume, instances, slices, sopInstanceUids } = await ingest(files, {
      wanted: ({ imagePositionPatient: [, , z = 0] = [0, 0, 0] }) => z < 5,
    });
    assert.deepEqual([volume.shape[0], instances, slices, sopInstanceUids.size], [2, 4, 2, 4]);
  });

  it('may be none, which is no volume', async () => {
    await assert.rejects(ingest([ctFile(0), ctFile(1)], { wanted: () => false }), { code: 'no-images' });
  });

  it('do not let the images of another patient pass that are not wanted', async () => {
    const other = ctFile(9, 0, [['00100020', 'LO', 'P2']]);
    const wanted: IngestOptions['wanted'] = ({ patient }) => patient.id !== 'P2';
    await assert.rejects(ingest([ctFile(0), ctFile(1), other], { wanted }), {
      code: 'several-patients',
      message: /more than one patient/,
    });
  });
});
