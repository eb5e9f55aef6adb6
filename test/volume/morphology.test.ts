import assert from 'node:assert/strict';
import { test } from 'node:test';
import { close, dilate, erode, open } from '../../src/volume/morphology.ts';
import type { Shape3, SpacingMm } from '../../src/volume/types.ts';

const shape: Shape3 = [9, 9, 9];
const cube: SpacingMm = [1, 1, 1];
const at = (z: number, y: number, x: number) => (z * 9 + y) * 9 + x;
const count = (mask: Uint8Array) => mask.reduce((sum, value) => sum + value, 0);

/** A cube of 5 voxels with a channel to its centre and a dent of two voxels. */
const dented = new Uint8Array(729);
for (let z = 2; z <= 6; z++) for (let y = 2; y <= 6; y++) dented.fill(1, at(z, y, 2), at(z, y, 7));
dented.fill(0, at(4, 4, 2), at(4, 4, 5));
dented[at(2, 3, 3)] = 0;
dented[at(3, 3, 3)] = 0;

test('dilation by a ball of 2 voxels reaches as many voxels as scipy.ndimage.binary_dilation', () => {
  assert.equal(count(dilate(dented, shape, cube, 2)), 491);
});

test('closing fills what the ball cannot enter, the same three voxels as scipy.ndimage.binary_closing', () => {
  const closed = close(dented, shape, cube, 2);
  const gained = [...closed.keys()].filter((i) => closed[i] === 1 && dented[i] === 0);
  assert.deepEqual(gained, [at(3, 3, 3), at(4, 4, 3), at(4, 4, 4)]);
});

test('a mask near the border of the array does not grow onto it by closing', () => {
  const point = new Uint8Array(729);
  point[at(4, 4, 1)] = 1;
  assert.deepEqual(close(point, shape, cube, 3), point);
});

test('opening takes away what the ball does not fit into', () => {
  assert.equal(count(open(dented, shape, cube, 2)), 0);
});

test('the radius is in mm: along a thick axis it reaches fewer voxels', () => {
  const point = new Uint8Array(729);
  point[at(4, 4, 4)] = 1;
  const grown = dilate(point, shape, [3, 1, 1], 2);
  assert.equal(count(grown), 13); // the disc x2 + y2 <= 4 of one slice
});

test('erosion does not eat a mask from the border of the array', () => {
  const half = new Uint8Array(729);
  for (let z = 0; z < 9; z++) for (let y = 0; y < 9; y++) half.fill(1, at(z, y, 0), at(z, y, 5));
  const eroded = erode(half, shape, cube, 2);
  assert.equal(count(eroded), 9 * 9 * 3);
});
