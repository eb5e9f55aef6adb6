import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Picture } from '../../src/report/picture.ts';
import { renderLungs } from '../../src/report/rendering/render-lungs.ts';
import type { Shape3 } from '../../src/volume/types.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

const shape: Shape3 = [60, 48, 64];
const spacingMm = [3, 2, 2.5] as const;
const size = { width: 240, height: 240 };

/** A right upper and a left upper lobe, two ellipsoids in a box of 40 slices, 32 rows and 48 columns from [10, 8, 8]. */
const isLung = (z: number, y: number, x: number) => {
  const side = x < 32 ? 19.5 : 43.5;
  return Math.hypot((z - 29.5) / 20.2, (y - 23.5) / 16.2, (x - side) / 12.2) <= 1;
};
/** A cube of 5 voxels a side: 15 x 10 x 12.5 mm, in the right lung, above its middle and behind it. */
const isLesion = (z: number, y: number, x: number) =>
  Math.abs(z - 38) <= 2 && Math.abs(y - 28) <= 2 && Math.abs(x - 18) <= 2;

const volume = volumeOf(shape, spacingMm, (z, y, x) =>
  isLung(z, y, x) ? (isLesion(z, y, x) ? -300 : -850) : 40,
);
const lobes = labelsOf(shape, (z, y, x) => (isLung(z, y, x) ? (x < 32 ? 1 : 4) : 0));
const noOpacities = labelsOf(shape, () => 0);
const lesion = labelsOf(shape, (z, y, x) => Number(isLesion(z, y, x)));

/**
 * By hand: the lungs' box is 48 x 2.5 = 120 mm wide and 40 x 3 = 120 mm high, its middle at x = 31.5 x 2.5 = 78.75 mm
 * and z = 29.5 x 3 = 88.5 mm; it fills 0.92 of 240 pixels, so that a pixel is 0.5435 mm wide. The lesion's middle,
 * x = 45 mm and z = 114 mm, lies 62.1 pixels to the left and 46.9 above the middle of the picture, 119.5.
 */
const place = { column: 119.5 - 62.1, row: 119.5 - 46.9, width: 12.5 / 0.5435, height: 15 / 0.5435 };

describe('the lungs in three dimensions', () => {
  let front: Picture;
  let back: Picture;
  before(() => {
    ({ front, back } = renderLungs({ volume, masks: { lobes, opacities: lesion } }, size));
  });

  it('show a lesion where it is, seen from the front: right is left, and the head is up', () => {
    const red = redPixels(front);
    assert.ok(Math.abs(red.column - place.column) <= 2, `column ${red.column}`);
    assert.ok(Math.abs(red.row - place.row) <= 2, `row ${red.row}`);
  });

  it('show it mirrored from the back', () => {
    const red = redPixels(back);
    assert.ok(Math.abs(red.column - (239 - place.column)) <= 2, `column ${red.column}`);
    assert.ok(Math.abs(red.row - place.row) <= 2, `row ${red.row}`);
  });

  it('are as high as they are wide in mm, whatever the spacing', () => {
    const { width, height } = redPixels(front);
    // Corners are rounded, and small opacities grow a little: within two voxels.
    assert.ok(Math.abs(width - place.width) <= 5 / 0.5435, `${width}`);
    assert.ok(Math.abs(height - place.height) <= 6 / 0.5435, `${height}`);
    const lit = litPixels(front);
    for (const [name, extent] of Object.entries({ width: lit.width, height: lit.height })) {
      assert.ok(Math.abs(extent - 0.92 * 240) <= 6, `${name} ${extent}`);
    }
  });

  it('hide less of what is in the middle of a lung than glass does at its rim', () => {
    const { front: empty } = renderLungs({ volume, masks: { lobes, opacities: noOpacities } }, size);
    // The left lung's middle is x = 43.5 x 2.5 = 108.75 mm: column 174.7; its rim 12.2 x 2.5 mm farther.
    const brightness = (column: number) => {
      const [red, green, blue] = pixel(empty, 119, column);
      return red + green + blue;
    };
    const rim = Math.max(...Array.from({ length: 12 }, (_, i) => brightness(222 + i)));
    assert.ok(brightness(175) > 0);
    assert.ok(rim > 2 * brightness(175), `${rim} against ${brightness(175)}`);
  });

  it('are darker what is farther: the lesion in the back is lighter seen from there', () => {
    const [fromFront] = pixel(front, 73, 57);
    const [fromBack] = pixel(back, 73, 182);
    assert.ok(fromBack > 1.05 * fromFront, `${fromBack} and ${fromFront}`);
  });

  it('have the colours of their lobes (Okabe and Ito 2008: sky blue and blue)', () => {
    const ofMiddle = (column: number) => pixel(front, 119, column);
    const [right, left] = [ofMiddle(63), ofMiddle(175)];
    // Sky blue is 180 : 233 green to blue, blue is 114 : 178.
    assert.ok(Math.abs(right[1] / right[2] - 180 / 233) < 0.06, `${right}`);
    assert.ok(Math.abs(left[1] / left[2] - 114 / 178) < 0.06, `${left}`);
  });

  it('show an opacity of 0.12 mL, just above the noise floor of 0.1 mL', () => {
    // 2 x 2 x 2 voxels of 15 mm3.
    const tiny = labelsOf(shape, (z, y, x) => Number(z >> 1 === 15 && y >> 1 === 11 && x >> 1 === 9));
    assert.ok(redPixels(renderLungs({ volume, masks: { lobes, opacities: tiny } }, size).front).count > 10);
  });

  it('have no red pixel without opacities', () => {
    const pictures = renderLungs({ volume, masks: { lobes, opacities: noOpacities } }, size);
    assert.equal(redPixels(pictures.front).count, 0);
    assert.equal(redPixels(pictures.back).count, 0);
  });

  it('are black without lungs', () => {
    const pictures = renderLungs({ volume, masks: { lobes: noOpacities, opacities: noOpacities } }, size);
    for (const { width, height, data } of [pictures.front, pictures.back]) {
      assert.deepEqual([width, height, data.length], [240, 240, 240 * 240 * 3]);
      assert.ok(data.every((value) => value === 0));
    }
  });

  it('are there of a lung of a single voxel and of one that fills the volume', () => {
    const one = labelsOf(shape, (z, y, x) => Number(z === 30 && y === 20 && x === 20));
    const all = labelsOf(shape, () => 1);
    for (const each of [one, all]) {
      const { front: picture } = renderLungs({ volume, masks: { lobes: each, opacities: each } }, size);
      assert.ok(picture.data.every((value) => value >= 0));
    }
  });

  it('are the same bytes twice, and whatever was drawn between', () => {
    renderLungs({ volume, masks: { lobes, opacities: noOpacities } }, { width: 100, height: 60 });
    const again = renderLungs({ volume, masks: { lobes, opacities: lesion } }, size);
    assert.deepEqual(again, { front, back });
  });
});

interface Patch {
  readonly count: number;
  /** Centroid and extent, pixels. */
  readonly column: number;
  readonly row: number;
  readonly width: number;
  readonly height: number;
}

const redPixels = (picture: Picture) =>
  patchOf(picture, ([red, green, blue]) => red > 60 && green < 0.5 * red && blue < 0.5 * red);
const litPixels = (picture: Picture) => patchOf(picture, ([red, green, blue]) => red + green + blue > 12);

function pixel({ width, data }: Picture, row: number, column: number) {
  const at = 3 * (row * width + column);
  return [data[at] as number, data[at + 1] as number, data[at + 2] as number] as const;
}

function patchOf(
  picture: Picture,
  belongs: (colour: readonly [red: number, green: number, blue: number]) => boolean,
): Patch {
  const rows: number[] = [];
  const columns: number[] = [];
  for (let row = 0; row < picture.height; row++) {
    for (let column = 0; column < picture.width; column++) {
      if (!belongs(pixel(picture, row, column))) continue;
      rows.push(row);
      columns.push(column);
    }
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const extent = (values: readonly number[]) =>
    values.reduce((most, value) => Math.max(most, value), -1) -
    values.reduce((least, value) => Math.min(least, value), Infinity) +
    1;
  return {
    count: rows.length,
    column: mean(columns),
    row: mean(rows),
    width: extent(columns),
    height: extent(rows),
  };
}
