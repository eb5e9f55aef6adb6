import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bell,
  box,
  coverage,
  cubeRoot,
  cylinder,
  ellipsoid,
  roundedNorm,
  smoothStep,
} from '../../../src/sandbox/phantom/geometry.ts';

// Expected values by hand.

test('a sphere and a round cylinder have exact distances', () => {
  assert.ok(Math.abs(ellipsoid(3, 4, 12, 10, 10, 10) - 3) < 1e-12);
  assert.ok(Math.abs(cylinder(3, 4, 2, 2) - 3) < 1e-12);
  assert.equal(ellipsoid(0, 0, 0, 5, 6, 7), -5);
});

test('a box is as far as its farthest face', () => {
  assert.equal(box(5, 0, 0, 2, 1, 1), 3);
  assert.equal(box(0, 0, 0, 2, 1, 3), -1);
});

test('the rounded norm goes from circle to square', () => {
  assert.equal(roundedNorm(3, 4, 1), 5);
  assert.ok(Math.abs(roundedNorm(1, 1, 0) - 2 ** 0.25) < 1e-12);
});

test('a surface through the middle of a voxel covers half of it', () => {
  assert.equal(coverage(0, 1.4), 0.5);
  assert.equal(coverage(-0.7, 1.4), 1);
  assert.equal(coverage(0.7, 1.4), 0);
});

test('bell and smooth step reach their ends', () => {
  assert.deepEqual([bell(0, 2), bell(2, 2), bell(-3, 2)], [1, 0, 0]);
  assert.deepEqual([smoothStep(-1), smoothStep(0.5), smoothStep(2)], [0, 0.5, 1]);
});

test('cube roots are exact to 1e-12', () => {
  for (const root of [0, 0.2, 1, 3, 40]) {
    assert.ok(Math.abs(cubeRoot(root * root * root) - root) < 1e-12 * Math.max(1, root));
  }
});
