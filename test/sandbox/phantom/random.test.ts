import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../src/sandbox/phantom/random.ts';

// Expected bits from an implementation of xoshiro128**, splitmix32 and FNV-1a in Python integers.
test('the streams are xoshiro128**, one for each seed and purpose', () => {
  const lesions = createRandom(1, 'lesions');
  assert.deepEqual(
    Array.from({ length: 5 }, () => lesions.bits()),
    [1978409522, 4279930791, 1950046754, 311906826, 2168687999],
  );
  const noise = createRandom(7, 'noise of slice 3');
  assert.deepEqual(
    Array.from({ length: 5 }, () => noise.bits()),
    [56588471, 635707374, 2141819857, 472949362, 1751091865],
  );
});

test('uniforms, indices and normals have the moments that they should', () => {
  const random = createRandom(5, 'moments');
  const count = 20_000;
  const normals = Array.from({ length: count }, () => random.normal());
  const mean = normals.reduce((a, b) => a + b, 0) / count;
  const variance = normals.reduce((a, b) => a + b * b, 0) / count;
  assert.ok(Math.abs(mean) < 0.03, `${mean}`);
  assert.ok(Math.abs(variance - 1) < 0.05, `${variance}`);
  const uniforms = Array.from({ length: count }, () => random.uniform(-2, 4));
  assert.ok(uniforms.every((value) => value >= -2 && value < 4));
  assert.ok(Math.abs(uniforms.reduce((a, b) => a + b, 0) / count - 1) < 0.06);
  const indices = new Set(Array.from({ length: 500 }, () => random.index(7)));
  assert.deepEqual([...indices].sort(), [0, 1, 2, 3, 4, 5, 6]);
});
