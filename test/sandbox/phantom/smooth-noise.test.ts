import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../../src/sandbox/phantom/random.ts';
import { drawSmoothNoise, noiseAt, noisePlane } from '../../../src/sandbox/phantom/smooth-noise.ts';

const extent = { low: [-50, -50, 0], high: [50, 50, 100] } as const;

test('a cubic B-spline reproduces what is linear in its control values', () => {
  const noise = drawSmoothNoise(createRandom(1, 'linear'), extent, 10);
  const [nx, ny, nz] = noise.counts;
  for (let z = 0; z < nz; z += 1) {
    for (let y = 0; y < ny; y += 1) {
      for (let x = 0; x < nx; x += 1) noise.control[(z * ny + y) * nx + x] = x + 2 * y + 4 * z;
    }
  }
  // Control value k stands at low + (k - 1) * cell: x 3 cells in, y 5, z 2, each one more.
  assert.ok(Math.abs(noiseAt(noise, -20, 0, 20) - (4 + 2 * 6 + 4 * 3)) < 1e-5);
  assert.ok(Math.abs(noiseAt(noise, -15, 0, 20) - (4.5 + 2 * 6 + 4 * 3)) < 1e-5);
});

test('a plane holds the same values as its points', () => {
  const noise = drawSmoothNoise(createRandom(1, 'plane'), extent, 14);
  const xs = Float64Array.of(-40, -3.3, 21);
  const ys = Float64Array.of(-11, 47);
  const plane = new Float32Array(6);
  noisePlane(noise, xs, ys, 63, plane);
  assert.equal(plane[5], noiseAt(noise, 21, 47, 63));
  assert.equal(plane[1], noiseAt(noise, -3.3, -11, 63));
});

test('noise has mean near 0 and variance near 1', () => {
  const noise = drawSmoothNoise(createRandom(3, 'moments'), { low: [0, 0, 0], high: [400, 400, 400] }, 10);
  const axis = Float64Array.from({ length: 200 }, (_, i) => 2 * i);
  const plane = new Float32Array(axis.length ** 2);
  noisePlane(noise, axis, axis, 200, plane);
  const mean = plane.reduce((a, b) => a + b, 0) / plane.length;
  const variance = plane.reduce((a, b) => a + (b - mean) ** 2, 0) / plane.length;
  assert.ok(Math.abs(mean) < 0.2 && variance > 0.6 && variance < 1.5, `${mean} ${variance}`);
});
