import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { opacityColour } from '../../src/pipeline/lobe-colours.ts';
import { lobes } from '../../src/pipeline/types.ts';
import { blankPicture, type Colour } from '../../src/report/picture.ts';
import { drawOutlines } from '../../src/report/pictures/draw-outlines.ts';
import { lobeLineColours } from '../../src/report/pictures/picture-colours.ts';
import { smoothOutline } from '../../src/report/pictures/smooth-outline.ts';
import { type LabelPlane, traceOutlines } from '../../src/report/pictures/trace-outlines.ts';

/** A plane of one digit a sample. */
function plane(...rows: readonly string[]): LabelPlane {
  return { data: Uint8Array.from(rows.join(''), Number), size: [rows.length, (rows[0] ?? '').length] };
}

/** A square plane whose labels are a function of the sample. */
function planeOf(side: number, label: (y: number, x: number) => number): LabelPlane {
  const data = Uint8Array.from({ length: side * side }, (_, i) => label(Math.floor(i / side), i % side));
  return { data, size: [side, side] };
}

/** Shoelace formula. */
function areaOf(points: Float64Array): number {
  let area = 0;
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + 2) % points.length;
    area +=
      ((points[i] as number) * (points[j + 1] as number) -
        (points[j] as number) * (points[i + 1] as number)) /
      2;
  }
  return area;
}

describe('the outline of a label', () => {
  it('goes through the middles of its sides, clockwise', () => {
    const [outline, ...others] = traceOutlines(plane('000', '050', '000'));
    assert.deepEqual(others, []);
    assert.equal(outline?.label, 5);
    assert.deepEqual([...(outline?.points ?? [])], [1.5, 1, 2, 1.5, 1.5, 2, 1, 1.5]);
  });

  it('closes at the edge of the plane', () => {
    const [outline] = traceOutlines(plane('11', '11'));
    assert.equal(outline?.points.length, 2 * 8);
  });

  it('joins samples that touch at a corner, and goes the other way round a hole', () => {
    assert.equal(traceOutlines(plane('10', '01')).length, 1);
    const [outer, hole] = traceOutlines(plane('11111', '11111', '11011', '11111', '11111'));
    // By hand: a square of 5 without its corners of 1/8 each, and the diamond within a sample.
    assert.equal(areaOf(outer?.points ?? new Float64Array()), 25 - 4 / 8);
    assert.equal(areaOf(hole?.points ?? new Float64Array()), -1 / 2);
  });

  it('is one for each of two labels side by side', () => {
    assert.deepEqual(
      traceOutlines(plane('1122', '1122')).map(({ label }) => label),
      [1, 2],
    );
  });
});

describe('a smooth outline', () => {
  const disc = planeOf(45, (y, x) => Number((y - 22) ** 2 + (x - 22) ** 2 <= 20 ** 2));
  const points = traceOutlines(disc)[0]?.points ?? new Float64Array();
  const middle = 45 / 2;
  const radii = (outline: Float64Array) =>
    Array.from({ length: outline.length / 2 }, (_, i) =>
      Math.hypot((outline[2 * i] as number) - middle, (outline[2 * i + 1] as number) - middle),
    );

  it('keeps its area and has no steps', () => {
    const smooth = smoothOutline(points, 0);
    assert.ok(Math.abs(areaOf(smooth) / areaOf(points) - 1) < 0.002);
    const spread = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
    const [before, after] = [spread(radii(points)), spread(radii(smooth))];
    assert.ok(after < before / 2, `${after} of ${before}`);
  });

  it('lies inwards by the inset', () => {
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    const inwards = mean(radii(smoothOutline(points, 0))) - mean(radii(smoothOutline(points, 1.5)));
    assert.ok(Math.abs(inwards - 1.5) < 0.01, `${inwards}`);
  });

  it('leaves a dot as it is', () => {
    const dot = Float64Array.of(1.5, 1, 2, 1.5, 1.5, 2, 1, 1.5);
    assert.deepEqual(smoothOutline(dot, 0), dot);
  });
});

describe('outlines on a picture', () => {
  const picture = blankPicture(90, 90);
  const labels = planeOf(90, (y, x) => (y < 5 || y >= 85 || x < 5 || x >= 85 ? 0 : x < 45 ? 1 : 2));
  const opacities = planeOf(90, (y, x) => Number(y >= 50 && y < 80 && x >= 10 && x < 40));
  drawOutlines(picture, { lobes: labels, opacities }, { lobe: 1, opacity: 3 });
  const at = (x: number, y: number) => [...picture.data.subarray(3 * (90 * y + x), 3 * (90 * y + x) + 3)];
  const isNear = (found: readonly number[], colour: Colour) =>
    assert.ok(
      colour.every((value, i) => Math.abs(value - (found[i] as number)) < 20),
      `${found}`,
    );

  it('have each lobe’s colour on its own side of a fissure, and opacities over them', () => {
    // By hand: the fissure is at x = 45; the opacity begins at y = 50 and ends at x = 40.
    isNear(at(44, 30), lobeLineColours.RUL);
    isNear(at(45, 30), lobeLineColours.RML);
    assert.deepEqual(at(25, 50), opacityColour);
    assert.deepEqual(at(39, 65), opacityColour);
    assert.deepEqual(at(25, 30), [0, 0, 0], 'inside the lobe');
  });
});

describe('the colours of outlines', () => {
  /** CIE 1976 lightness of an sRGB colour (IEC 61966-2-1). */
  const lightness = (colour: Colour) => {
    const linear = (byte: number) =>
      byte / 255 <= 0.04045 ? byte / 255 / 12.92 : ((byte / 255 + 0.055) / 1.055) ** 2.4;
    const [red, green, blue] = colour;
    const y = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    return 116 * Math.cbrt(y) - 16;
  };

  it('tell an opacity from a lobe without hue: it is lighter, by 12 of 100', () => {
    for (const lobe of lobes) {
      const apart = lightness(opacityColour) - lightness(lobeLineColours[lobe]);
      assert.ok(apart >= 12, `${lobe}: ${apart}`);
    }
  });
});
