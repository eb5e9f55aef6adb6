import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  axialLayout,
  isOrthonormal,
  obliquityDegrees,
  turnedGrid,
  turnedOrigin,
  writeTurned,
} from '../../src/dicom/orientation.ts';
import type { Vec3 } from '../../src/volume/types.ts';

/** 2 rows and 3 columns: 0 1 2 / 3 4 5; rows 0.7 mm apart, columns 0.5 mm. */
const grid = { rows: 2, columns: 3, pixelSpacingMm: { row: 0.7, column: 0.5 } };
const words = Uint16Array.of(0, 1, 2, 3, 4, 5);
const identity = Int16Array.from({ length: 65_536 }, (_, i) => i);

function turn(row: Vec3, column: Vec3) {
  const layout = axialLayout({ row, column });
  const slice = new Int16Array(6);
  writeTurned(words, identity, grid, layout, slice);
  return {
    ...turnedGrid(grid, layout),
    slice: [...slice],
    origin: turnedOrigin([10, 20, 30], grid, layout),
    direction: layout.direction,
  };
}

const upright = { x: [1, 0, 0], y: [0, 1, 0], z: [0, 0, 1] };

/** Expected layouts: drawn by hand. The first stored pixel is always at (10, 20, 30). */
describe('an axial image', () => {
  it('head first and supine stays as it is', () => {
    assert.deepEqual(turn([1, 0, 0], [0, 1, 0]), {
      shape: [2, 3],
      spacingMm: [0.7, 0.5],
      slice: [0, 1, 2, 3, 4, 5],
      origin: [10, 20, 30],
      direction: upright,
    });
  });

  it('with rows to the right and columns to the front is turned half round', () => {
    assert.deepEqual(turn([-1, 0, 0], [0, -1, 0]), {
      shape: [2, 3],
      spacingMm: [0.7, 0.5],
      slice: [5, 4, 3, 2, 1, 0],
      origin: [9, 19.3, 30],
      direction: upright,
    });
  });

  it('seen from above has its rows flipped', () => {
    const { slice, origin } = turn([-1, 0, 0], [0, 1, 0]);
    assert.deepEqual(slice, [2, 1, 0, 5, 4, 3]);
    assert.deepEqual(origin, [9, 20, 30]);
  });

  it('upside down has its columns flipped', () => {
    const { slice, origin } = turn([1, 0, 0], [0, -1, 0]);
    assert.deepEqual(slice, [3, 4, 5, 0, 1, 2]);
    assert.deepEqual(origin, [10, 19.3, 30]);
  });

  it('on its side is transposed', () => {
    assert.deepEqual(turn([0, 1, 0], [1, 0, 0]), {
      shape: [3, 2],
      spacingMm: [0.5, 0.7],
      slice: [0, 3, 1, 4, 2, 5],
      origin: [10, 20, 30],
      direction: upright,
    });
  });

  it('on its other side is transposed and flipped', () => {
    // The row runs to the front: y starts at the last column. The column runs to the left.
    const { slice, origin } = turn([0, -1, 0], [1, 0, 0]);
    assert.deepEqual(slice, [2, 5, 1, 4, 0, 3]);
    assert.deepEqual(origin, [10, 19, 30]);
  });

  it('oblique by 10 degrees keeps its exact directions', () => {
    const [c, s] = [Math.cos(Math.PI / 18), Math.sin(Math.PI / 18)];
    const { direction, slice } = turn([1, 0, 0], [0, c, s]);
    assert.deepEqual(slice, [0, 1, 2, 3, 4, 5]);
    for (const [axis, expected] of [
      ['x', [1, 0, 0]],
      ['y', [0, c, s]],
      ['z', [0, -s, c]],
    ] as const) {
      direction[axis].forEach((value, i) => {
        assert.ok(Math.abs(value - (expected[i] ?? Number.NaN)) < 1e-12, axis);
      });
    }
  });
});

describe('an orientation', () => {
  it('is oblique by the angle of its normal to the head-foot axis', () => {
    assert.equal(obliquityDegrees({ row: [1, 0, 0], column: [0, 1, 0] }), 0);
    assert.equal(obliquityDegrees({ row: [-1, 0, 0], column: [0, 1, 0] }), 0);
    assert.equal(obliquityDegrees({ row: [0, 1, 0], column: [0, 0, -1] }), 90);
    // The tilted head of ../shared/data/edge: acos(0.9483237) = 18.5 degrees.
    const tilted = obliquityDegrees({ row: [1, 0, 0], column: [0, 0.9483237, -0.3173047] });
    assert.ok(Math.abs(tilted - 18.5) < 0.001);
  });

  it('is usable only with unit vectors at a right angle', () => {
    assert.ok(isOrthonormal({ row: [1, 0, 0], column: [0, 0.9999999, 0.0000001] }));
    assert.ok(!isOrthonormal({ row: [0, 0, 0], column: [0, 1, 0] }));
    assert.ok(!isOrthonormal({ row: [1, 0, 0], column: [0.5, 0.866, 0] }));
    assert.ok(!isOrthonormal({ row: [2, 0, 0], column: [0, 1, 0] }));
  });
});
