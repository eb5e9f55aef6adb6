import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { splitSeries } from '../../src/dicom/split-series.ts';
import { seriesHeaders, sliceHeader } from './support/headers.ts';

/** Names and sizes of the stacks, whatever order the images come in. */
function stacksOf(headers: readonly InstanceHeader[]) {
  const told = (some: readonly InstanceHeader[]) =>
    splitSeries(some).map(({ headers, distinguishedBy }) => [distinguishedBy, headers.length]);
  const shuffled = headers.toSorted((a, b) => hash(a) - hash(b));
  assert.deepEqual(told(shuffled), told(headers), 'the order of arrival decides');
  return told(headers);
}

function hash({ sopInstanceUid, acquisitionNumber = 0, instanceNumber = 0 }: InstanceHeader): number {
  return (Number(sopInstanceUid.slice(5)) * 7919 + acquisitionNumber * 104_729 + instanceNumber) % 1009;
}

const at = (heights: readonly number[], change: Partial<InstanceHeader> = {}) =>
  heights.map((z) => sliceHeader(z, change));
const range = (from: number, to: number, step = 1) =>
  Array.from({ length: Math.round((to - from) / step) }, (_, k) => from + k * step);
/** Acquisitions of four slices each, numbered from `first`. */
const sequential = (first: number, z = 0) =>
  range(0, 80).map((k) => sliceHeader(z + k, { acquisitionNumber: first + Math.floor(k / 4) }));

/** Expected stacks: by hand, from what was scanned in each case. */
describe('a series', () => {
  it('of one volume is one stack without a name, gaps and copies and all', () => {
    assert.deepEqual(stacksOf(seriesHeaders(50, 1)), [[undefined, 50]]);
    assert.deepEqual(stacksOf(at([0, 1, 2, 7, 8])), [[undefined, 5]]);
    assert.deepEqual(stacksOf([...seriesHeaders(50, 1), ...seriesHeaders(50, 1)]), [[undefined, 100]]);
  });

  it('of several kinds, sizes, orientations and spacings is split by what varies', () => {
    assert.deepEqual(
      stacksOf([
        ...at(range(0, 50)),
        ...at([100, 101], { imageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'] }),
        ...at([102], { sopClassUid: '1.2.840.10008.5.1.4.1.1.7' }),
        ...at(range(200, 210), { rows: 256, columns: 256 }),
      ]),
      [
        ['512 x 512', 50],
        ['256 x 256', 10],
        ['localizers', 2],
        ['secondary captures', 1],
      ],
    );
    const coronal = { imageOrientationPatient: { row: [1, 0, 0], column: [0, 0, -1] } } as const;
    assert.deepEqual(stacksOf([...at(range(0, 50)), ...at(range(60, 65), coronal)]), [
      ['orientation 1\\0\\0\\0\\1\\0', 50],
      ['orientation 1\\0\\0\\0\\0\\-1', 5],
    ]);
    const coarse = { pixelSpacingMm: { row: 0.9, column: 0.9 } };
    assert.deepEqual(stacksOf([...at(range(0, 50)), ...at(range(60, 65), coarse)]), [
      ['pixels of 0.7 x 0.7 mm', 50],
      ['pixels of 0.9 x 0.9 mm', 5],
    ]);
  });

  // PS3.3 C.7.4.1: positions are comparable within one frame of reference only.
  it('of several frames of reference is split by them; without any it is one', () => {
    const frame = (frameOfReferenceUid: string) => ({ frameOfReferenceUid });
    assert.deepEqual(stacksOf(at(range(0, 50), frame('2.25.7'))), [[undefined, 50]]);
    assert.deepEqual(
      stacksOf([...at(range(0, 50), frame('2.25.8')), ...at(range(50, 70), frame('2.25.7'))]),
      [
        ['frame of reference 2', 50],
        ['frame of reference 1', 20],
      ],
    );
    assert.deepEqual(stacksOf([...at(range(0, 50), frame('2.25.8')), ...at(range(50, 70))]), [
      ['frame of reference 1', 50],
      ['without frame of reference', 20],
    ]);
  });

  it('of turning projections stays together, to be refused once and not image by image', () => {
    const turning = range(0, 36).map((k) => {
      const angle = (k * Math.PI) / 18;
      const row = [Math.cos(angle), Math.sin(angle), 0] as const;
      return sliceHeader(k, { imageOrientationPatient: { row, column: [0, 0, -1] } });
    });
    assert.deepEqual(stacksOf(turning), [[undefined, 36]]);
    assert.deepEqual(stacksOf([...turning, ...at(range(100, 150))]), [
      ['512 x 512', 50],
      ['single images of other grids', 36],
    ]);
  });

  it('that numbers each table position as an acquisition stays whole', () => {
    assert.deepEqual(stacksOf(sequential(1)), [[undefined, 80]]);
    const eachItsOwn = range(0, 80).map((k) => sliceHeader(k, { acquisitionNumber: k }));
    assert.deepEqual(stacksOf(eachItsOwn), [[undefined, 80]]);
  });

  it('whose parts meet in a few slices stays whole', () => {
    assert.deepEqual(
      stacksOf([
        ...at(range(0, 80), { acquisitionNumber: 2 }),
        ...at(range(78, 160), { acquisitionNumber: 1 }),
      ]),
      [[undefined, 162]],
    );
  });

  it('of two scans that share more than 30 mm is split', () => {
    assert.deepEqual(
      stacksOf([
        ...at(range(0, 200), { acquisitionNumber: 2 }),
        ...at(range(150, 300), { acquisitionNumber: 1 }),
      ]),
      [
        ['acquisition 2', 200],
        ['acquisition 1', 150],
      ],
    );
  });

  it('of two breath-holds is split, also where they lie between one another', () => {
    const expected = [
      ['acquisition 1', 80],
      ['acquisition 2', 80],
    ];
    for (const offset of [0, 0.3, 0.5]) {
      const first = at(range(0, 80), { acquisitionNumber: 1 });
      assert.deepEqual(
        stacksOf([...first, ...at(range(offset, 80 + offset), { acquisitionNumber: 2 })]),
        expected,
      );
    }
    assert.deepEqual(stacksOf([...sequential(1), ...sequential(21)]), [
      ['acquisitions 1 to 20', 80],
      ['acquisitions 21 to 40', 80],
    ]);
  });

  it('with one table position scanned again keeps the scan whole', () => {
    assert.deepEqual(stacksOf([...sequential(1), ...at(range(8, 12), { acquisitionNumber: 99 })]), [
      ['acquisitions 1 to 20', 80],
      ['acquisition 99', 4],
    ]);
  });

  it('of two kernels, phases or declared stacks is split by them', () => {
    const two = (a: Partial<InstanceHeader>, b: Partial<InstanceHeader>) =>
      stacksOf([...at(range(0, 80), a), ...at(range(0, 80), b)]);
    assert.deepEqual(two({ convolutionKernel: ['B70f'] }, { convolutionKernel: ['B31f'] }), [
      ['kernel B31f', 80],
      ['kernel B70f', 80],
    ]);
    assert.deepEqual(two({ temporalPositionIndex: 1 }, { temporalPositionIndex: 2 }), [
      ['phase 1', 80],
      ['phase 2', 80],
    ]);
    assert.deepEqual(two({ stackId: '1' }, { stackId: '2' }), [
      ['stack 1', 80],
      ['stack 2', 80],
    ]);
    assert.deepEqual(two({ acquisitionNumber: 4 }, {}), [
      ['acquisition 4', 80],
      ['without acquisition', 80],
    ]);
  });

  it('of two breath-holds in two kernels is four stacks', () => {
    const each = [1, 2].flatMap((acquisitionNumber) =>
      ['B70f', 'B31f'].flatMap((kernel) =>
        at(range(0, 80), { acquisitionNumber, convolutionKernel: [kernel] }),
      ),
    );
    assert.deepEqual(stacksOf(each), [
      ['acquisition 1, kernel B31f', 80],
      ['acquisition 1, kernel B70f', 80],
      ['acquisition 2, kernel B31f', 80],
      ['acquisition 2, kernel B70f', 80],
    ]);
  });

  it('is split by thickness or Image Type only where positions repeat', () => {
    const thick = { sliceThicknessMm: 3 };
    assert.deepEqual(stacksOf([...at(range(0, 80)), ...at(range(0, 80, 2), thick)]), [
      ['thickness 1 mm', 80],
      ['thickness 3 mm', 40],
    ]);
    const mixed = range(0, 80).map((k) => sliceHeader(k, { sliceThicknessMm: k % 2 === 0 ? 1 : 1.01 }));
    assert.deepEqual(stacksOf(mixed), [[undefined, 80]]);
  });

  it('does not depend on which image comes first, where spacings differ by rounding', () => {
    // Neighbours differ by less than 0.0001 mm, the ends by more.
    const spacings = [0.7, 0.70008, 0.70016];
    const rounded = range(0, 90).map((k) => {
      const mm = spacings[k % 3] ?? 0;
      return sliceHeader(k, { pixelSpacingMm: { row: mm, column: mm } });
    });
    assert.deepEqual(stacksOf(rounded), [
      ['pixels of 0.7 x 0.7 mm', 60],
      ['pixels of 0.7002 x 0.7002 mm', 30],
    ]);
  });

  it('of a scan and images that watch the contrast arrive names those together', () => {
    const watching = range(0, 10).map((k) =>
      sliceHeader(40, { acquisitionNumber: 2 + k, sopInstanceUid: `2.25.${9000 + k}` }),
    );
    assert.deepEqual(stacksOf([...at(range(0, 80), { acquisitionNumber: 1 }), ...watching]), [
      ['acquisition 1', 80],
      ['single images of other passes', 10],
    ]);
  });

  it('is not taken apart by a value that nearly every image has for itself', () => {
    const noisy = [0, 0.001].flatMap((extra) =>
      range(0, 80).map((k) => sliceHeader(k, { sliceThicknessMm: 1 + extra + k / 1e6, instanceNumber: k })),
    );
    assert.deepEqual(stacksOf(noisy), [[undefined, 160]]);
  });
});
