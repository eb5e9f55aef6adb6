import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findComponents, meansOf } from '../../src/volume/components.ts';
import type { Shape3 } from '../../src/volume/types.ts';
import { labelsOf } from './plain/labels-of.ts';

const shape: Shape3 = [3, 4, 5];
const mask = new Uint8Array(60);
for (let i = 0; i < 60; i++) {
  const [z, y, x] = [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5];
  mask[i] = (z * z + 2 * y * y + 3 * x * x + z * y * x) % 5 < 2 ? 1 : 0;
}

test('components are joined by faces and numbered in reading order, as scipy.ndimage.label does', () => {
  const components = findComponents(mask, shape);
  const { count, sizes } = components;
  // scipy 1.17.1: ndimage.label(mask), numpy.bincount
  assert.equal(count, 4);
  assert.deepEqual([...sizes], [0, 2, 19, 2, 2]);
  // biome-ignore format: one line a row of the plane
  assert.deepEqual([...labelsOf(components, mask.length)], [
    1, 0, 0, 0, 0,  0, 2, 0, 0, 2,  0, 2, 2, 2, 2,  0, 2, 2, 2, 2,
    1, 0, 0, 0, 0,  0, 0, 0, 0, 2,  0, 0, 2, 0, 2,  0, 2, 0, 2, 0,
    0, 0, 3, 3, 0,  4, 4, 0, 0, 0,  0, 0, 0, 2, 2,  0, 2, 2, 0, 0,
  ]);
});

test('two voxels that share only an edge are two components', () => {
  const { count } = findComponents(Uint8Array.from([1, 0, 0, 1]), [1, 2, 2]);
  assert.equal(count, 2);
});

test('an empty mask has no component', () => {
  assert.equal(findComponents(new Uint8Array(8), [2, 2, 2]).count, 0);
});

test('the mean of each component, by hand, and 0 for what is outside', () => {
  const pieces = findComponents(Uint8Array.from([1, 1, 0, 1, 1, 1]), [1, 1, 6]);
  assert.deepEqual([...meansOf(pieces, Int16Array.from([-800, -900, 40, 3, 6, 9]))], [0, -850, 6]);
});
