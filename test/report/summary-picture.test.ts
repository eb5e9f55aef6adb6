import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blankPicture, type Picture } from '../../src/report/picture.ts';
import { drawText, textWidth } from '../../src/report/pictures/draw-text.ts';
import { shrinkPicture } from '../../src/report/pictures/shrink-picture.ts';
import { type PictureName, pictureNames, type ReportPicture } from '../../src/report/report-pictures.ts';
import { summaryPicture } from '../../src/report/summary-picture.ts';

const sizes: Readonly<Record<PictureName, readonly [width: number, height: number]>> = {
  'most-affected': [640, 500],
  upper: [360, 280],
  middle: [360, 280],
  lower: [360, 280],
  coronal: [360, 340],
  sagittal: [250, 340],
  'lungs-front': [480, 480],
  'lungs-back': [480, 480],
  lobes: [440, 216],
};

const redOf = (name: PictureName) => 20 * (1 + pictureNames.indexOf(name));

/** A picture of one colour, which no letter has; its red tells it from the others. */
function flat(name: PictureName): ReportPicture {
  const [width, height] = sizes[name];
  const data = Uint8Array.from(
    { length: 3 * width * height },
    (_, i) => [redOf(name), 0, 7][i % 3] as number,
  );
  const picture = { width, height, data };
  return { name, view: { kind: 'figure' }, picture };
}

/** Where all pixels of a picture's colour are. */
function boxOf({ width, height, data }: Picture, name: PictureName) {
  const box = { left: width, top: height, right: 0, bottom: 0, pixels: 0 };
  for (let i = 0; i < width * height; i++) {
    if (data[3 * i] !== redOf(name) || data[3 * i + 2] !== 7) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    box.left = Math.min(box.left, x);
    box.right = Math.max(box.right, x + 1);
    box.top = Math.min(box.top, y);
    box.bottom = Math.max(box.bottom, y + 1);
    box.pixels++;
  }
  return box;
}

describe('the summary sheet', () => {
  const sheet = summaryPicture(pictureNames.map(flat));
  const place = (name: PictureName) => boxOf(sheet, name);

  it('shows every picture whole, those of planes as large as they are, none over another', () => {
    for (const name of pictureNames) {
      const { left, top, right, bottom } = place(name);
      const [width, height] = [right - left, bottom - top];
      if (!name.startsWith('lungs')) assert.deepEqual([width, height], sizes[name], name);
      const within = boxOf({ width, height, data: cut(sheet, { left, top, right, bottom }) }, name);
      assert.equal(within.pixels, width * height, `${name} is not covered`);
    }
  });

  it('makes renderings fit between its edges', () => {
    // By hand: three slices and two gaps are 864 high; less the bars, 216, and two gaps of 12, half of it is 312.
    const { left, right, top, bottom } = place('lungs-front');
    assert.deepEqual([right - left, bottom - top], [312, 312]);
    assert.ok(place('lobes').bottom <= sheet.height - 44);
  });

  it('says what it is worth, at the bottom', () => {
    const text = 'preliminary, made by software, not verified';
    const alone = blankPicture(sheet.width, 44);
    drawText(alone, text, { x: 20, baseline: 24, size: 15 });
    drawText(alone, 'research use', { x: sheet.width - 20, baseline: 24, align: 'right', size: 15 });
    assert.ok(textWidth(text, 15) > 400);
    const bottom = sheet.data.subarray(3 * sheet.width * (sheet.height - 44));
    assert.ok(Buffer.from(alone.data).equals(bottom));
  });

  it('is there without renderings', () => {
    const without = pictureNames.filter((name) => !name.startsWith('lungs')).map(flat);
    assert.equal(summaryPicture(without).height, sheet.height);
    assert.ok(summaryPicture([]).height > 0);
  });
});

describe('a picture made smaller', () => {
  it('has the averages of what a pixel covers', () => {
    const picture = { width: 2, height: 2, data: Uint8Array.of(0, 0, 0, 100, 0, 0, 200, 0, 0, 100, 40, 0) };
    assert.deepEqual([...shrinkPicture(picture, { width: 1, height: 9 }).data], [100, 10, 0]);
  });

  it('is the same where it fits', () => {
    const picture = blankPicture(4, 4);
    assert.equal(shrinkPicture(picture, { width: 4, height: 5 }), picture);
  });
});

function cut(
  { width, data }: Picture,
  box: { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number },
): Uint8Array {
  const rows = Array.from({ length: box.bottom - box.top }, (_, y) =>
    data.subarray(3 * ((box.top + y) * width + box.left), 3 * ((box.top + y) * width + box.right)),
  );
  return Uint8Array.from(Buffer.concat(rows));
}
