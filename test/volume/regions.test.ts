import assert from 'node:assert/strict';
import { test } from 'node:test';
import { blockMean } from '../../src/volume/block-mean.ts';
import { boundingBox, boxShape, crop } from '../../src/volume/box.ts';
import { convexHulls } from '../../src/volume/convex-hulls.ts';
import { fillEnclosed, fillHolesInSlices } from '../../src/volume/fill-holes.ts';
import { flood } from '../../src/volume/flood.ts';
import { spreadLabels } from '../../src/volume/spread-labels.ts';
import type { Shape3 } from '../../src/volume/types.ts';

/** Slices drawn as text: '.' is 0, '#' is 1, digits are themselves. */
function draw(...slices: string[][]): Uint8Array {
  return Uint8Array.from([...slices.flat().join('')].map((c) => (c === '.' ? 0 : c === '#' ? 1 : Number(c))));
}

test('block means divide by what is left of a block at the far edges', () => {
  const source = Int16Array.from([1, 3, 5, 7, 9, 11]);
  const { data, shape } = blockMean(source, [1, 2, 3], [2, 2, 2]);
  assert.deepEqual(shape, [1, 1, 2]);
  assert.deepEqual([...data], [5, 8]); // (1+3+7+9)/4, (5+11)/2
});

test('block means of a part of a volume are those of the part alone', () => {
  const source = Int16Array.from({ length: 3 * 4 * 5 }, (_, i) => (i * i) % 97);
  const part = { start: [1, 0, 1], end: [3, 4, 5] } as const;
  for (const factors of [
    [2, 3, 2],
    [1, 1, 1],
  ] as const) {
    const alone = blockMean(crop(source, [3, 4, 5], part), [2, 4, 4], factors);
    assert.deepEqual(blockMean(source, [3, 4, 5], factors, part), alone);
  }
});

test('a flood goes around corners, but not through a diagonal', () => {
  const mask = draw(['##..', '.#.#', '.##.']);
  assert.deepEqual([...flood(mask, [1, 3, 4], [0])], [...draw(['##..', '.#..', '.##.'])]);
  assert.deepEqual([...flood(mask, [1, 3, 4], [2])], new Array(12).fill(0));
});

test('labels spread to the nearest along a path inside, and stay 0 where none reaches', () => {
  const within = draw(['#####.##']);
  const labels = draw(['1...2...']);
  labels[5] = 3;
  assert.deepEqual([...spreadLabels(labels, within, [1, 1, 8])], [1, 1, 1, 2, 2, 0, 0, 0]);
});

test('labels do not leap from the end of a row to the start of the next', () => {
  const out = spreadLabels(draw(['..1', '...']), draw(['..#', '#..']), [1, 2, 3]);
  assert.deepEqual([...out], [0, 0, 1, 0, 0, 0]);
});

const shell: Shape3 = [5, 5, 5];
const box = (from: number, to: number) => {
  const mask = new Uint8Array(125);
  for (let z = from; z <= to; z++) {
    for (let y = from; y <= to; y++) mask.fill(1, (z * 5 + y) * 5 + from, (z * 5 + y) * 5 + to + 1);
  }
  return mask;
};

test('a cavity is filled', () => {
  const mask = box(0, 4);
  mask[62] = 0;
  assert.deepEqual(fillEnclosed(mask, shell), box(0, 4));
});

test('what is a ring in axial slices alone, like the dome of the diaphragm, is not filled', () => {
  const mask = box(0, 4);
  for (let z = 0; z < 4; z++) mask[z * 25 + 12] = 0; // a shaft that is open at the feet
  assert.deepEqual(fillEnclosed(mask, shell), mask);
  assert.equal(fillHolesInSlices(mask, shell)[12], 1);
});

test('a hull spans the concavities of its plane', () => {
  const plane = draw(['#...#', '#...#', '.....', '..#..']);
  const hulls = convexHulls(plane, [1, 4, 5]);
  const axial = Uint8Array.from(hulls, (planes) => planes & 1);
  assert.deepEqual([...axial], [...draw(['#####', '#####', '.###.', '..#..'])]);
});

test('a bounding box holds the ends of ragged rows, and grows by what is asked for along each axis', () => {
  const mask = draw(['.....', '..##.', '.....'], ['.....', '.#...', '....#']);
  assert.deepEqual(boundingBox(mask, [2, 3, 5]), { start: [0, 1, 1], end: [2, 3, 5] });
  assert.deepEqual(boundingBox(mask, [2, 3, 5], [0, 1, 1]), { start: [0, 0, 0], end: [2, 3, 5] });
});

test('a bounding box keeps its margin inside the array', () => {
  const mask = new Uint8Array(125);
  mask[62] = 1;
  mask[63] = 1;
  const around = boundingBox(mask, shell, 2);
  assert.deepEqual(around, { start: [0, 0, 0], end: [5, 5, 5] });
  const tight = boundingBox(mask, shell);
  assert.ok(tight);
  assert.deepEqual(boxShape(tight), [1, 1, 2]);
  assert.deepEqual([...crop(mask, shell, tight)], [1, 1]);
  assert.equal(boundingBox(new Uint8Array(125), shell), undefined);
});
