import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { middleCurvature } from '../../src/volume/middle-curvature.ts';
import type { Shape3, SpacingMm } from '../../src/volume/types.ts';

const shape: Shape3 = [3, 3, 3];
const spacing: SpacingMm = [2, 1, 0.5];

/** The middle curvature at the centre of 27 voxels of a function of the place in mm. */
function atCentre(value: (x: number, y: number, z: number) => number): number {
  const values = new Float32Array(27);
  for (let i = 0; i < 27; i++) {
    const [z, y, x] = [Math.floor(i / 9) - 1, (Math.floor(i / 3) % 3) - 1, (i % 3) - 1];
    values[i] = value(x * spacing[2], y * spacing[1], z * spacing[0]);
  }
  return middleCurvature(values, shape, spacing, 13);
}

const near = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) < 1e-4, `${value}, not ${expected}`);

describe('the middle curvature', () => {
  it('is that across a tube, and nothing in a sheet or on a ramp', () => {
    // Along z the first is the same everywhere: curvatures -2, -2, 0.
    near(
      atCentre((x, y) => 100 - x * x - y * y),
      -2,
    );
    near(
      atCentre((x, y) => x * x + y * y),
      2,
    );
    near(
      atCentre((x) => -x * x),
      0,
    );
    near(
      atCentre((x, y, z) => 3 * x + 2 * y - z),
      0,
    );
    near(
      atCentre(() => 7),
      0,
    );
  });

  it('is the middle eigenvalue of the second derivatives, as numpy.linalg.eigvalsh gives it', () => {
    // eigvalsh([[-3, 1, 0.5], [1, -2, 0.25], [0.5, 0.25, 4]]) = -3.62951, -1.42336, 4.05287
    near(
      atCentre((x, y, z) => -1.5 * x * x - y * y + 2 * z * z + x * y + 0.5 * x * z + 0.25 * y * z),
      -1.42336,
    );
  });
});
