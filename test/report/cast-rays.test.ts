import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Field } from '../../src/report/rendering/body.ts';
import { castBody } from '../../src/report/rendering/cast-body.ts';
import { clearCrossings, newCrossings } from '../../src/report/rendering/crossings.ts';
import type { Frame } from '../../src/report/rendering/frame.ts';
import { labelFields } from '../../src/report/rendering/label-fields.ts';

/** A ball of 10 mm radius about x = 30, y = 40, z = 50 mm on a grid of 3 x 2 x 2.5 mm that begins at 10, 20, 30. */
const radiusMm = 10;
const middle = { x: 30, y: 40, z: 50 };
const ball = fieldOf((x, y, z) => radiusMm - Math.hypot(x - middle.x, y - middle.y, z - middle.z));
/** Half a mm a pixel: x = 30 mm is column 40, z = 50 mm row 40. */
const frame: Frame = { width: 81, height: 81, left: 10, top: 70, mmPerPixel: 0.5 };

/** 0.5 where the distance to a surface is 0, and 0.1 more for every mm inside. */
function fieldOf(insideMm: (x: number, y: number, z: number) => number): Field {
  const shape = [15, 21, 18] as const;
  const spacingMm = [3, 2, 2.5] as const;
  const originMm = [10, 20, 30] as const;
  const values = Float32Array.from({ length: 15 * 21 * 18 }, (_, i) => {
    const [z, y, x] = [Math.floor(i / (21 * 18)), Math.floor(i / 18) % 21, i % 18];
    return 0.5 + insideMm(originMm[0] + 2.5 * x, originMm[1] + 2 * y, originMm[2] + 3 * z) / 10;
  });
  return { values, shape, spacingMm, originMm };
}

/** What a ray meets from front to back. */
function cast(fields: readonly Field[], row: number, column: number) {
  const crossings = newCrossings(frame.width);
  clearCrossings(crossings);
  fields.forEach((field, index) => {
    castBody(field, index, frame)(crossings, frame.top - row * frame.mmPerPixel);
  });
  const met = [];
  for (let at = crossings.first[column] as number; at >= 0; at = crossings.next[at] as number) {
    met.push({
      body: crossings.body[at],
      depthMm: crossings.depthMm[at] as number,
      normal: [...crossings.normals.subarray(3 * at, 3 * at + 3)],
      cover: crossings.cover[at] as number,
    });
  }
  return met;
}

function near(found: number | undefined, expected: number, within: number): void {
  assert.ok(Math.abs((found ?? Number.NaN) - expected) <= within, `${found} instead of ${expected}`);
}

describe('a ray through a ball', () => {
  it('enters and leaves it a radius from the middle, straight', () => {
    const [entry, exit, ...more] = cast([ball], 40, 40);
    assert.equal(more.length, 0);
    near(entry?.depthMm, 30, 0.2);
    near(exit?.depthMm, 50, 0.2);
    // Out of the ball: to the front, then to the back.
    near(entry?.normal[1], -1, 0.01);
    near(exit?.normal[1], 1, 0.01);
  });

  it('meets a slope where it passes beside the middle', () => {
    // By Pythagoras: 6 mm to the left and 3 above, sqrt(100 - 36 - 9) = 7.42 mm in front of the middle.
    const [entry] = cast([ball], 34, 52);
    near(entry?.depthMm, 40 - 7.42, 0.3);
    for (const [axis, expected] of [0.6, -0.742, 0.3].entries()) near(entry?.normal[axis], expected, 0.05);
  });

  it('meets nothing outside it, and covers little at its rim', () => {
    assert.deepEqual(cast([ball], 40, 63), []);
    assert.deepEqual(cast([ball], 16, 40), []);
    const covers = Array.from({ length: 24 }, (_, i) => cast([ball], 40, 40 + i)[0]?.cover ?? 0);
    assert.equal(covers[0], 1);
    assert.equal(covers[15], 1);
    const rim = covers.findIndex((cover) => cover < 1);
    assert.ok(rim >= 18 && rim <= 20, `${rim}`);
  });

  it('meets two balls in the order in which they lie, whichever is cast first', () => {
    const behind = fieldOf((x, y, z) => 4 - Math.hypot(x - 30, y - 55, z - 50));
    const bodies = (fields: readonly Field[]) => cast(fields, 40, 40).map(({ body }) => body);
    assert.deepEqual(bodies([ball, behind]), [0, 0, 1, 1]);
    assert.deepEqual(bodies([behind, ball]), [1, 1, 0, 0]);
  });
});

describe('the field of a label', () => {
  it('is one half at the edge of the label, wherever its grid lies, and 0 all around', () => {
    const shape = [12, 12, 12] as const;
    const spacingMm = [2, 2, 2] as const;
    // Blocks 2 to 9 along each axis: edges at 3 mm and 19 mm from the middle of the first.
    const labels = Uint8Array.from({ length: 12 ** 3 }, (_, i) =>
      [Math.floor(i / 144), Math.floor(i / 12) % 12, i % 12].every((at) => at >= 2 && at <= 9) ? 2 : 0,
    );
    for (const factor of [1, 2]) {
      const place = { shape, spacingMm, originMm: [100, 200, 300] } as const;
      const [none, field] = labelFields(place, labels, 2, {
        smoothMm: 1.5,
        factors: [factor, factor, factor],
      });
      assert.equal(none, undefined);
      assert.ok(field);
      const [, height, width] = field.shape;
      const half = (at: number) => Math.floor((at - field.originMm[1]) / field.spacingMm[1]);
      const alongY = (y: number) => {
        const [z, x] = [310, 110].map((mm, i) =>
          Math.round((mm - (field.originMm[i === 0 ? 2 : 0] as number)) / (2 * factor)),
        );
        return field.values[((z as number) * height + y) * width + (x as number)] as number;
      };
      const y0 = half(203);
      const part = (203 - field.originMm[1]) / field.spacingMm[1] - y0;
      near((1 - part) * alongY(y0) + part * alongY(y0 + 1), 0.5, 0.02);
      near(alongY(half(211)), 1, 0.02);
      assert.equal(alongY(0), 0);
    }
  });
});
