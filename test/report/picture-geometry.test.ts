import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { measureInvolvement } from '../../src/pipeline/involvement.ts';
import { blankPicture, type Picture } from '../../src/report/picture.ts';
import { drawText } from '../../src/report/pictures/draw-text.ts';
import {
  drawReportPictures,
  type PictureFacts,
  type PictureName,
  type ReportPicture,
} from '../../src/report/report-pictures.ts';
import type { CtVolume, Shape3, SpacingMm, Vec3 } from '../../src/volume/types.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

const shape: Shape3 = [80, 140, 160];
const spacingMm: SpacingMm = [2.5, 1.2, 1.1];
const originMm: Vec3 = [-93.3, 41.7, -712.4];
/** A ball in the right lung, nearer to the feet than to the head: voxel [24, 78, 57], and in mm by hand. */
const ball = { z: 24, y: 78, x: 57, radiusMm: 9 };
const ballMm = { x: -93.3 + 57 * 1.1, y: 41.7 + 78 * 1.2, z: -712.4 + 24 * 2.5 };
/**
 * The lungs are voxels 15 to 64, 40 to 99 and 40 to 119. By hand, 20 mm around them are 8, 17 and 19 voxels: this is
 * the part that the pictures show.
 */
const shown = { z: [7, 73], y: [23, 117], x: [21, 139] } as const;

const isLung = (z: number, y: number, x: number) =>
  z >= 15 && z < 65 && y >= 40 && y < 100 && ((x >= 40 && x < 75) || (x >= 85 && x < 120));
const isBall = (z: number, y: number, x: number) =>
  ((z - ball.z) * 2.5) ** 2 + ((y - ball.y) * 1.2) ** 2 + ((x - ball.x) * 1.1) ** 2 <= ball.radiusMm ** 2;

function facts(): PictureFacts {
  const volume: CtVolume = {
    ...volumeOf(shape, spacingMm, (z, y, x) => (isBall(z, y, x) ? -500 : isLung(z, y, x) ? -850 : -600)),
    originMm,
  };
  // The patient's right is where x is small.
  const lobes = labelsOf(shape, (z, y, x) => (isLung(z, y, x) ? (x < 80 ? (z < 40 ? 3 : 1) : 4) : 0));
  const opacities = labelsOf(shape, (z, y, x) => Number(isBall(z, y, x)));
  const masks = { lobes, opacities };
  // As a scanner counts them, from the head; the lowest one has no number.
  const images = Array.from({ length: shape[0] }, (_, z) => (z === 0 ? undefined : shape[0] - z));
  return { volume, masks, involvement: measureInvolvement(masks, spacingMm, 0).involvement, images };
}

/** The middle of all that is as red as the outline of an opacity, pixels. */
function middleOfOutline({ width, height, data }: Picture): { readonly x: number; readonly y: number } {
  let [sum, sumX, sumY] = [0, 0, 0];
  for (let i = 0; i < width * height; i++) {
    const [red, green, blue] = [data[3 * i] as number, data[3 * i + 1] as number, data[3 * i + 2] as number];
    const redness = red - Math.max(green, blue);
    if (redness < 60) continue;
    sum += redness;
    sumX += redness * ((i % width) + 0.5);
    sumY += redness * (Math.floor(i / width) + 0.5);
  }
  return { x: sumX / sum, y: sumY / sum };
}

/** Rows of pixels: whether each is ink. */
type Ink = readonly (readonly boolean[])[];

interface Region {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Where letters and scale bars are: lighter than anything of this volume, which is at most half way to white. */
function inkIn({ width, data }: Picture, { left, top, right, bottom }: Region): Ink {
  return Array.from({ length: bottom - top }, (_, y) =>
    Array.from({ length: right - left }, (_, x) => {
      const p = 3 * ((top + y) * width + left + x);
      return Math.min(data[p] as number, data[p + 1] as number, data[p + 2] as number) > 150;
    }),
  );
}

/** Which letter stands in a region: that whose ink, drawn alone, has most in common with what is there. */
function letterIn(picture: Picture, region: Region, size: number): string {
  const found = trimmed(inkIn(picture, region));
  // A letter may begin anywhere within a pixel.
  const phases = [0, 0.25, 0.5, 0.75].flatMap((x) => [0, 0.25, 0.5, 0.75].map((y) => ({ x, y })));
  const likeness = (letter: string) =>
    Math.max(...phases.map(({ x, y }) => likenessOf(found, drawnAlone(letter, size, x, y))));
  return ['R', 'L', 'A', 'P', 'H', 'F'].toSorted((a, b) => likeness(b) - likeness(a))[0] ?? '';
}

function drawnAlone(letter: string, size: number, x: number, y: number): Ink {
  const alone = blankPicture(60, 60);
  drawText(alone, letter, { x: 20 + x, baseline: 40 + y, size });
  return trimmed(inkIn(alone, { left: 0, top: 0, right: 60, bottom: 60 }));
}

/** Pixels in both, of those in either. */
function likenessOf(a: Ink, b: Ink): number {
  let [both, either] = [0, 0];
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 40; x++) {
      const [inA, inB] = [a[y]?.[x] === true, b[y]?.[x] === true];
      if (inA && inB) both++;
      if (inA || inB) either++;
    }
  }
  return both / either;
}

function trimmed(ink: Ink): Ink {
  const rows = ink.flatMap((row, y) => (row.includes(true) ? [y] : []));
  const columns = (ink[0] ?? []).flatMap((_, x) => (ink.some((row) => row[x] === true) ? [x] : []));
  return ink
    .slice(rows[0] ?? 0, (rows.at(-1) ?? -1) + 1)
    .map((row) => row.slice(columns[0] ?? 0, (columns.at(-1) ?? -1) + 1));
}

/** The strip at one side of a picture, at the middle of that side. */
function side({ width, height }: Picture, name: 'left' | 'right' | 'top' | 'bottom'): Region {
  const [x, y] = [Math.floor(width / 2), Math.floor(height / 2)];
  return {
    left: { left: 0, right: 40, top: y - 16, bottom: y + 16 },
    right: { left: width - 40, right: width, top: y - 16, bottom: y + 16 },
    top: { left: x - 12, right: x + 12, top: 0, bottom: 40 },
    bottom: { left: x - 12, right: x + 12, top: height - 40, bottom: height },
  }[name];
}

/** The longest run of ink in one of the lowest rows: the scale bar. */
function barLength(picture: Picture): number {
  const region = { left: 0, right: picture.width, top: picture.height - 20, bottom: picture.height };
  const runs = inkIn(picture, region).map((row) =>
    Math.max(
      ...row
        .map((ink) => (ink ? '#' : '.'))
        .join('')
        .split('.')
        .map((run) => run.length),
    ),
  );
  return Math.max(...runs);
}

describe('the pictures of a volume with one lesion, known in mm', () => {
  let pictures: readonly ReportPicture[];
  const named = (name: PictureName): ReportPicture => {
    const found = pictures.find((picture) => picture.name === name);
    assert.ok(found);
    return found;
  };
  before(() => {
    pictures = drawReportPictures(facts());
  });
  /** From pixels to the patient's mm: voxel i covers i to i + 1 of the grid, its centre is at i + 0.5. */
  const across = (pixel: number, of: number, [start, end]: readonly [number, number]) =>
    start + (pixel * (end - start)) / of - 0.5;
  const upwards = (pixel: number, of: number, [start, end]: readonly [number, number]) =>
    end - (pixel * (end - start)) / of - 0.5;
  const near = (found: number, mm: number, what: string) =>
    assert.ok(Math.abs(found - mm) < 1, `${what}: ${found} mm, not ${mm}`);

  it('show it where it is in the transverse plane, within 1 mm', () => {
    const { view, picture } = named('most-affected');
    assert.deepEqual(view, {
      kind: 'transverse',
      index: 24,
      positionMm: -712.4 + 24 * 2.5,
      // By hand: 80 slices, 24 of them nearer to the feet.
      image: 56,
    });
    const { x, y } = middleOfOutline(picture);
    near(originMm[0] + across(x, picture.width, shown.x) * 1.1, ballMm.x, 'x');
    near(originMm[1] + across(y, picture.height, shown.y) * 1.2, ballMm.y, 'y');
  });

  it('show it where it is in the coronal plane, within 1 mm', () => {
    const { view, picture } = named('coronal');
    assert.ok(view.kind === 'coronal');
    assert.ok(Math.abs(view.index - ball.y) <= 1, 'the plane, whose neighbours are about as large');
    assert.equal(view.positionMm, 41.7 + view.index * 1.2);
    const { x, y } = middleOfOutline(picture);
    near(originMm[0] + across(x, picture.width, shown.x) * 1.1, ballMm.x, 'x');
    near(originMm[2] + upwards(y, picture.height, shown.z) * 2.5, ballMm.z, 'z');
  });

  it('show it where it is in the sagittal plane, within 1 mm', () => {
    const { view, picture } = named('sagittal');
    assert.ok(view.kind === 'sagittal');
    assert.ok(Math.abs(view.index - ball.x) <= 1, 'the plane, whose neighbours are about as large');
    assert.equal(view.positionMm, -93.3 + view.index * 1.1);
    const { x, y } = middleOfOutline(picture);
    near(originMm[1] + across(x, picture.width, shown.y) * 1.2, ballMm.y, 'y');
    near(originMm[2] + upwards(y, picture.height, shown.z) * 2.5, ballMm.z, 'z');
  });

  it('are as high as they are wide, mm for mm', () => {
    // By hand: 118 x 1.1 mm wide, 94 x 1.2 mm deep, 66 x 2.5 mm high; the sagittal one as high as the coronal.
    const ratio = (name: PictureName) => named(name).picture.height / named(name).picture.width;
    assert.ok(Math.abs(ratio('most-affected') - 112.8 / 129.8) < 0.003);
    assert.ok(Math.abs(ratio('coronal') - 165 / 129.8) < 0.01);
    assert.ok(Math.abs(ratio('sagittal') - 165 / 112.8) < 0.01);
    assert.equal(named('sagittal').picture.height, named('coronal').picture.height);
    assert.equal(named('most-affected').picture.width, 640);
    assert.equal(named('upper').picture.width, 360);
  });

  it('have the patient’s right on the left, with its letter, front and back as they are', () => {
    // As large on a small picture: where a page shows 360 pixels in 104 points they are 5.7 points high.
    for (const name of ['most-affected', 'coronal'] as const) {
      const { picture } = named(name);
      assert.ok(middleOfOutline(picture).x < picture.width / 2, name);
      assert.equal(letterIn(picture, side(picture, 'left'), 1.4 * 14), 'R', name);
      assert.equal(letterIn(picture, side(picture, 'right'), 1.4 * 14), 'L', name);
    }
    const { picture } = named('sagittal');
    assert.equal(letterIn(picture, side(picture, 'left'), 1.4 * 14), 'A');
    assert.equal(letterIn(picture, side(picture, 'right'), 1.4 * 14), 'P');
    assert.ok(middleOfOutline(picture).x > picture.width / 2, 'the ball is in the back');
  });

  it('have the feet below, with their letter', () => {
    for (const name of ['coronal', 'sagittal'] as const) {
      const { picture } = named(name);
      assert.ok(middleOfOutline(picture).y > picture.height / 2, name);
      assert.equal(letterIn(picture, side(picture, 'bottom'), 1.4 * 14), 'F', name);
      assert.equal(letterIn(picture, side(picture, 'top'), 1.4 * 14), 'H', name);
    }
  });

  it('have a scale bar of as many pixels as its mm take', () => {
    // By hand: 640 pixels are 129.8 mm, so that 20 mm, the longest length within a third, are 98.6 pixels.
    assert.ok(Math.abs(barLength(named('most-affected').picture) - (20 * 640) / 129.8) <= 1);
    // 380 pixels are 165 mm high; 20 mm are 46.1 pixels, also where the picture is narrower.
    assert.ok(Math.abs(barLength(named('coronal').picture) - (20 * 380) / 165) <= 1);
    assert.ok(Math.abs(barLength(named('sagittal').picture) - (20 * 380) / 165) <= 1);
  });

  it('say how many mm a pixel is, where they are planes', () => {
    const mm = (name: PictureName) => named(name).mmPerPixel ?? 0;
    // By hand, as above.
    assert.ok(Math.abs(mm('most-affected') - 129.8 / 640) < 1e-12);
    assert.ok(Math.abs(mm('coronal') - 165 / 380) < 1e-12);
    assert.equal(mm('sagittal'), mm('coronal'));
    assert.equal(named('lungs-front').mmPerPixel, undefined);
  });

  it('have few enough colours for a byte a pixel, but for renderings', () => {
    for (const { name, view, picture } of pictures) {
      if (view.kind === 'rendering') continue;
      const colours = new Set<number>();
      for (let p = 0; p < picture.data.length; p += 3) {
        colours.add(Buffer.from(picture.data.subarray(p, p + 3)).readUIntBE(0, 3));
      }
      assert.ok(colours.size <= 256, name);
    }
  });

  it('are the same bytes every time', () => {
    assert.deepEqual(drawReportPictures(facts()), pictures);
  });
});

describe('letters', () => {
  it('are drawn as they are read', () => {
    const picture = blankPicture(38, 16);
    drawText(picture, 'RLF', { x: 3, baseline: 14, size: 12 });
    const rows = inkIn(picture, { left: 0, top: 0, right: 38, bottom: 16 }).map((row) =>
      row.map((ink) => (ink ? '#' : '.')).join(''),
    );
    assert.deepEqual(rows, [
      '......................................',
      '...######..................########...',
      '..########....##..........#########...',
      '..##......#...##..........##..........',
      '..##......##..##..........##..........',
      '..##......##..##..........##..........',
      '..##......#...##..........##..........',
      '..########....##..........#######.....',
      '..#######.....##..........#######.....',
      '..##...##.....##..........##..........',
      '..##....#.....##..........##..........',
      '..##.....#....##..........##..........',
      '..##.....##...##..........##..........',
      '..##......#...#########...##..........',
      '...............########...............',
      '......................................',
    ]);
  });
});
