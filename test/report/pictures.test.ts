import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { contactSheet } from '../../src/report/contact-sheet.ts';
import { drawContours } from '../../src/report/draw-contours.ts';
import { encodePng } from '../../src/report/encode-png.ts';
import { lobeColours, opacityColour, overlayPicture } from '../../src/report/overlay-picture.ts';
import { blankPicture, type Picture } from '../../src/report/picture.ts';
import { slicePicture } from '../../src/report/slice-picture.ts';
import { slicesToShow } from '../../src/report/slices-to-show.ts';
import { labelsOf, volumeOf } from '../support/small-volume.ts';

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs');

/** The first byte of every pixel, a text a row: 0 is '.', 255 '#', else the number. */
function rows({ width, height, data }: Picture, channel = 0): string[] {
  const sign = (value: number) => (value === 0 ? '.' : value === 255 ? '#' : String(value));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => sign(data[3 * (y * width + x) + channel] as number)).join(' '),
  );
}

describe('the picture of a slice', () => {
  it('shows the lung window in greys, of the slice that is asked for', () => {
    // By hand: -1250 HU is black and 250 white; -500 is the middle, 127.5, rounded.
    const volume = volumeOf([2, 1, 3], [1, 1, 1], (z, _, x) =>
      z === 0 ? 0 : ([-1250, -500, 250][x] as number),
    );
    const picture = slicePicture(volume, 1, 3);
    assert.deepEqual(rows(picture), ['. 128 #']);
    assert.deepEqual(rows(picture, 2), ['. 128 #']);
  });

  it('keeps the shape of the body where pixels are no squares', () => {
    const { width, height } = slicePicture(
      volumeOf([1, 10, 10], [1, 2, 1], () => 0),
      0,
      30,
    );
    assert.deepEqual([width, height], [30, 60]);
  });
});

describe('the outline of a label', () => {
  it('is drawn one pixel wide inside it, and not where the picture ends', () => {
    const picture = blankPicture(6, 4);
    const labels = Uint8Array.from([0, 1, 1, 1, 1, 2, 0, 1, 1, 1, 1, 2, 0, 1, 1, 1, 1, 2, 0, 0, 0, 0, 0, 2]);
    drawContours(picture, { data: labels, size: [4, 6] }, new Map([[1, [255, 0, 0]]]));
    // By hand: label 1 ends at columns 1 and 4 and at row 2; the top of the picture is no edge; 2 has no colour.
    assert.deepEqual(rows(picture), ['. # . . # .', '. # . . # .', '. # # # # .', '. . . . . .']);
  });

  it('is as fine as the picture, where that has more pixels than the labels', () => {
    const picture = blankPicture(6, 6);
    drawContours(
      picture,
      { data: Uint8Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0), size: [3, 3] },
      new Map([[1, [255, 0, 0]]]),
    );
    assert.deepEqual(rows(picture).slice(1, 5), ['. . . . . .', '. . # # . .', '. . # # . .', '. . . . . .']);
  });
});

describe('the overlay', () => {
  it('outlines lobes, and opacities over them', () => {
    const shape = [1, 5, 5] as const;
    const volume = volumeOf(shape, [1, 1, 1], () => -1250);
    const lobes = labelsOf(shape, (_, y, x) => (y > 0 && x > 0 ? 5 : 0));
    const opacities = labelsOf(shape, (_, y, x) => Number(y === 1 && x >= 3));
    const { data } = overlayPicture(volume, { lobes, opacities }, 0, 5);
    const at = (y: number, x: number) => [...data.subarray(3 * (5 * y + x), 3 * (5 * y + x) + 3)];
    assert.deepEqual(at(1, 1), lobeColours.LLL);
    assert.deepEqual(at(1, 3), opacityColour);
    assert.deepEqual(at(3, 3), [0, 0, 0], 'inside the lobe');
  });
});

describe('the contact sheet', () => {
  it('sets pictures in rows with a gap of four pixels', () => {
    const white = (width: number, height: number): Picture => ({
      width,
      height,
      data: new Uint8Array(width * height * 3).fill(255),
    });
    const sheet = contactSheet([white(2, 1), white(1, 1), white(2, 1)], 2);
    assert.deepEqual(rows(sheet), [
      '# # . . . . # .',
      ...Array.from({ length: 4 }, () => '. . . . . . . .'),
      '# # . . . . . .',
    ]);
    assert.deepEqual([contactSheet([], 4).width, contactSheet([], 4).height], [0, 0]);
  });
});

describe('the slices to show', () => {
  const lungs = labelsOf([20, 1, 1], (z) => Number(z >= 4 && z <= 14));

  it('part the height of the lungs evenly, head to feet', () => {
    // By hand: 4 + 10 * 0.125, 0.375, 0.625, 0.875.
    assert.deepEqual(slicesToShow(lungs, undefined, 4), [13, 10, 8, 5]);
  });

  it('have the most affected one in the place of the nearest', () => {
    assert.deepEqual(slicesToShow(lungs, 12, 4), [12, 10, 8, 5]);
    assert.deepEqual(slicesToShow(lungs, 4, 4), [13, 10, 8, 4]);
  });

  it('are of the whole volume where there is no lung, and none twice', () => {
    const none = labelsOf([3, 1, 1], () => 0);
    assert.deepEqual(slicesToShow(none, undefined, 8), [2, 1, 0]);
  });
});

describe('a PNG', () => {
  it('is read back by pngjs as it was', () => {
    const picture = blankPicture(2, 2);
    picture.data.set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const { width, height, data } = PNG.sync.read(encodePng(picture));
    assert.deepEqual([width, height], [2, 2]);
    assert.deepEqual([...data], [1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255]);
  });
});
