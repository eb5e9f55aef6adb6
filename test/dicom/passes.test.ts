import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assessSeries } from '../../src/dicom/eligibility.ts';
import type { InstanceHeader } from '../../src/dicom/instance-header.ts';
import { splitSeries } from '../../src/dicom/split-series.ts';
import { rules } from './support/ct-file.ts';
import { sliceHeader } from './support/headers.ts';

type Change = Partial<InstanceHeader>;

/** One pass: `count` images a millimetre apart from `from` up, with UIDs of its own. */
function pass(name: number, count: number, from = 0, change: (k: number) => Change = () => ({})) {
  return Array.from({ length: count }, (_, k) =>
    sliceHeader(from + k, { sopInstanceUid: `2.25.${name}${1000 + k}`, ...change(k) }),
  );
}

const inLine = (first: number) => (k: number) => ({ instanceNumber: first + k });
const backwards = (last: number) => (k: number) => ({ instanceNumber: last - k });
/** Seconds after noon. */
const at = (seconds: number) =>
  `20260301${(120_000 + Math.floor(seconds / 60) * 100 + (seconds % 60)).toFixed(3)}`;

const stacks = (headers: readonly InstanceHeader[]) =>
  splitSeries(headers).map(({ headers, distinguishedBy }) => [distinguishedBy, headers.length]);
const codes = (headers: readonly InstanceHeader[]) =>
  assessSeries(headers, rules).reasons.map(({ code }) => code);
/** The UIDs of each stack belong to one pass. */
const passesIn = (headers: readonly InstanceHeader[]) =>
  splitSeries(headers).map((stack) => new Set(stack.headers.map(({ sopInstanceUid: uid }) => uid[5])).size);

/** Expected stacks: by hand, from what was scanned in each case. */
describe('two passes over one place', () => {
  it('are told apart by what the scanner says of them, on the same places and half a step apart', () => {
    const cases: readonly (readonly [name: string, a: Change, b: Change])[] = [
      ['tube voltage', { kvp: 80 }, { kvp: 140 }],
      ['cardiac phase', { cardiacPhasePercent: 35 }, { cardiacPhasePercent: 75 }],
      ['trigger time', { triggerTimeMs: 310 }, { triggerTimeMs: 650 }],
      ['phase', { temporalPositionIdentifier: 1 }, { temporalPositionIdentifier: 2 }],
      ['pass by time', { scannedAt: at(0) }, { scannedAt: at(60) }],
    ];
    for (const offset of [0, 0.3, 0.5]) {
      for (const [name, a, b] of cases) {
        const found = stacks([...pass(1, 200, 0, () => a), ...pass(2, 200, offset, () => b)]);
        assert.deepEqual(
          found.map(([told, images]) => [String(told).startsWith(name), images]),
          [
            [true, 200],
            [true, 200],
          ],
          `${name} at ${offset} mm`,
        );
      }
    }
  });

  it('are told apart by a time for each image, whichever way they run', () => {
    for (const offset of [0, 0.5]) {
      const up = pass(1, 200, 0, (k) => ({ scannedAt: at(k / 10) }));
      const upAgain = pass(2, 200, offset, (k) => ({ scannedAt: at(60 + k / 10) }));
      const down = pass(2, 200, offset, (k) => ({ scannedAt: at(60 + (200 - k) / 10) }));
      const far = pass(2, 200, 100 + offset, (k) => ({ scannedAt: at(60 + (200 - k) / 10) }));
      for (const second of [upAgain, down, far]) {
        assert.deepEqual(
          stacks([...up, ...second]),
          [
            ['pass by time 1', 200],
            ['pass by time 2', 200],
          ],
          `${offset} mm`,
        );
        assert.deepEqual(passesIn([...up, ...second]), [1, 1]);
      }
    }
  });

  it('are told apart by numbers that go on from the first to the second', () => {
    const both = [...pass(1, 200, 0, inLine(1)), ...pass(2, 200, 0.5, inLine(201))];
    assert.deepEqual(stacks(both), [
      ['pass by number 1', 200],
      ['pass by number 2', 200],
    ]);
    const phases = Array.from({ length: 10 }, (_, i) => pass(i, 40, 0, inLine(1 + i * 40))).flat();
    assert.equal(stacks(phases).length, 10);
  });

  it('are refused where nothing tells them apart: never one slice of this and one of that', () => {
    for (const numbers of [backwards(300), inLine(1), () => ({})]) {
      const both = [...pass(1, 300, 0, inLine(1)), ...pass(2, 300, 0, numbers)];
      assert.deepEqual(stacks(both), [[undefined, 600]]);
      assert.deepEqual(codes(both), ['ambiguous-passes']);
    }
  });

  it('may be one scan in slices thicker than their distance, which stays whole', () => {
    const thick = { sliceThicknessMm: 2 };
    assert.deepEqual(stacks(pass(1, 300, 0, () => thick)), [[undefined, 300]]);
    const spiral = pass(1, 300, 0, (k) => ({ ...thick, ...inLine(1)(k), scannedAt: at((300 - k) / 10) }));
    assert.deepEqual(stacks(spiral), [[undefined, 300]]);
    const steps = pass(1, 300, 0, (k) => ({ ...thick, scannedAt: at(Math.floor(k / 16) * 2) }));
    assert.deepEqual(stacks(steps), [[undefined, 300]]);
    // Times of a scanner that rounds: now and then two images change places.
    const rounded = pass(1, 300, 0, (k) => ({ ...thick, scannedAt: at((k % 40 === 7 ? k - 1.5 : k) / 10) }));
    assert.deepEqual(stacks(rounded), [[undefined, 300]]);
  });
});

describe('a few images at a place that another has', () => {
  it('leave the scan that they interrupt as it is', () => {
    // A scan of 300, and 100 of its places again, numbered the other way from 1.
    const again = [...pass(1, 300, 0, inLine(1)), ...pass(2, 100, 50, backwards(100))];
    for (const headers of [again, again.toReversed()]) {
      const [stack] = splitSeries(headers);
      assert.equal(stack?.headers.length, 400);
      const { eligible, warnings, slices } = assessSeries(headers, rules);
      assert.deepEqual([eligible, slices], [true, 300]);
      assert.match(warnings[0]?.text ?? '', /^100 images/);
    }
  });

  it('are dropped where they were sent twice, or are as few as to be copies', () => {
    assert.deepEqual(codes([...pass(1, 300, 0, inLine(1)), ...pass(1, 300, 0, inLine(1))]), []);
    assert.deepEqual(codes([...pass(1, 300), ...pass(2, 30)]), []);
    assert.deepEqual(codes([...pass(1, 300), ...pass(2, 31)]), ['ambiguous-passes']);
  });
});

describe('two acquisitions that meet', () => {
  const first = pass(1, 301, 0, () => ({ acquisitionNumber: 1 }));
  const eligibleStacks = (headers: readonly InstanceHeader[]) =>
    splitSeries(headers).map(({ headers, distinguishedBy }) => [distinguishedBy, codes(headers)]);

  it('out of step or with a gap between are each a stack: one without the other is whole', () => {
    for (const from of [280.4, 305]) {
      const second = pass(2, 300, from, () => ({ acquisitionNumber: 2 }));
      assert.deepEqual(eligibleStacks([...first, ...second]), [
        ['acquisition 1', []],
        ['acquisition 2', []],
      ]);
    }
  });

  it('out of step stay one stack, which is refused, where each may be half of a chest in one turn', () => {
    const halves = [0, 150.4].flatMap((from, i) => pass(i, 160, from, () => ({ acquisitionNumber: i })));
    assert.deepEqual(eligibleStacks(halves), [[undefined, ['missing-slices']]]);
  });

  it('in step are one stack', () => {
    for (const from of [290, 301]) {
      const second = pass(2, 300, from, () => ({ acquisitionNumber: 2 }));
      assert.deepEqual(eligibleStacks([...first, ...second]), [[undefined, []]]);
    }
  });

  it('in steps of a few slices stay one stack, of which one is missing', () => {
    const steps = pass(1, 300, 0, (k) => ({ acquisitionNumber: Math.floor(k / 16) }));
    assert.deepEqual(eligibleStacks(steps.filter((_, k) => k !== 40)), [[undefined, ['missing-slices']]]);
  });
});

describe('hostile headers', () => {
  it('make no more than 65 parts: of passes', () => {
    const eachItsOwn = Array.from({ length: 3000 }, (_, k) => sliceHeader(0, { acquisitionNumber: k }));
    const three = Array.from({ length: 300 }, (_, k) =>
      pass(k, 3, 0, () => ({ acquisitionNumber: k })),
    ).flat();
    assert.ok(stacks(eachItsOwn).length < 65);
    assert.equal(stacks(three).length, 65);
  });

  it('make no more than 65 parts: of grids, of which the largest is found', () => {
    const odd = Array.from({ length: 1000 }, (_, k) =>
      sliceHeader(k, { pixelSpacingMm: { row: 1 + k / 100, column: 1 } }),
    );
    const found = stacks([...odd, ...odd, ...pass(1, 300)]);
    assert.equal(found.length, 65);
    assert.deepEqual(
      found.find(([, images]) => images === 300),
      ['pixels of 0.7 x 0.7 mm', 300],
    );
  });
});
