import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { languages } from '../../src/config-report.ts';
import { blankPicture, type Picture } from '../../src/report/picture.ts';
import { drawText, textWidth } from '../../src/report/pictures/draw-text.ts';
import { shrinkPicture } from '../../src/report/pictures/shrink-picture.ts';
import { glyphOf } from '../../src/report/pictures/stroke-font.ts';
import { type PictureName, pictureNames, type ReportPicture } from '../../src/report/report-pictures.ts';
import { summaryPicture } from '../../src/report/summary-picture.ts';
import { textsIn } from '../../src/report/texts.ts';

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
  const sheet = summaryPicture(pictureNames.map(flat), textsIn('en'));
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

  /** The bottom of the sheet with these words on it, by hand. */
  const bottomWith = (left: string, right: string) => {
    const alone = blankPicture(sheet.width, 44);
    drawText(alone, left, { x: 20, baseline: 24, size: 15 });
    drawText(alone, right, { x: sheet.width - 20, baseline: 24, align: 'right', size: 15 });
    return Buffer.from(alone.data);
  };
  const bottomOf = ({ data, width, height }: Picture) => data.subarray(3 * width * (height - 44));

  it('says what it is worth at the bottom, as the report does and in its language', () => {
    const english = [
      'Preliminary, made by software, not verified by a radiologist.',
      'For research use only.',
    ];
    assert.ok(textWidth(english[0] ?? '', 15) > 400);
    assert.ok(bottomWith(english[0] ?? '', english[1] ?? '').equals(bottomOf(sheet)));
    const french = summaryPicture(pictureNames.map(flat), textsIn('fr'));
    const words = [
      'Provisoire, établi par un logiciel, non vérifié par un radiologue.',
      'Réservé à la recherche.',
    ];
    assert.ok(bottomWith(words[0] ?? '', words[1] ?? '').equals(bottomOf(french)));
  });

  it('has every letter of what it says in each language', () => {
    for (const language of languages) {
      const { status, researchUse } = textsIn(language);
      const letters = Array.from(status + researchUse).filter((letter) => letter !== ' ');
      const missing = letters.filter((letter) => glyphOf(letter).strokes.length === 0);
      assert.deepEqual(missing, [], language);
    }
    assert.notDeepEqual(glyphOf('é'), glyphOf('e'));
  });

  it('says it in smaller letters where it is narrow', () => {
    const upper = [flat('upper')];
    const narrow = bottomOf(summaryPicture(upper, textsIn('en')));
    // By hand: a sheet of 400 pixels; a gap of a letter between both texts, and the margin on either side.
    const columns = Array.from({ length: 400 }, (_, x) =>
      Array.from({ length: 44 }, (_, y) => narrow[3 * (400 * y + x)] ?? 0).some((red) => red > 100),
    );
    const signs = columns.map((ink) => (ink ? '#' : ' ')).join('');
    assert.match(signs, /^ {19}#/);
    assert.match(signs, /# {8,}#[# ]*# {19,}$/);
  });

  it('is there without renderings', () => {
    const without = pictureNames.filter((name) => !name.startsWith('lungs')).map(flat);
    assert.equal(summaryPicture(without, textsIn('en')).height, sheet.height);
    assert.ok(summaryPicture([], textsIn('en')).height > 0);
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
