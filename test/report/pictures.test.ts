import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { contactSheet } from '../../src/report/contact-sheet.ts';
import { encodePng, encodePngMeanwhile } from '../../src/report/encode-png.ts';
import type { Picture } from '../../src/report/picture.ts';
import { reduceColours } from '../../src/report/pictures/reduce-colours.ts';
import { slicesToShow } from '../../src/report/slices-to-show.ts';
import { labelsOf } from '../support/small-volume.ts';

const { PNG } = createRequire(import.meta.url)('pngjs') as typeof import('pngjs');

/** The first byte of every pixel, a text a row: 0 is '.', 255 '#', else the number. */
function rows({ width, height, data }: Picture, channel = 0): string[] {
  const sign = (value: number) => (value === 0 ? '.' : value === 255 ? '#' : String(value));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => sign(data[3 * (y * width + x) + channel] as number)).join(' '),
  );
}

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

/** A picture of one row. */
function rowOf(...pixels: readonly (readonly [number, number, number])[]): Picture {
  return { width: pixels.length, height: 1, data: Uint8Array.from(pixels.flat()) };
}

describe('a PNG', () => {
  /** PNG 11.2.1: bit depth and colour type are bytes 24 and 25 of the file. */
  const kindOf = (png: Uint8Array) => [png[24], png[25]];

  it('is read back by pngjs as it was, of a byte a pixel where it has few colours', () => {
    const picture = { width: 2, height: 2, data: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12) };
    const png = encodePng(picture);
    const { width, height, data } = PNG.sync.read(png);
    assert.deepEqual([width, height], [2, 2]);
    assert.deepEqual([...data], [1, 2, 3, 255, 4, 5, 6, 255, 7, 8, 9, 255, 10, 11, 12, 255]);
    assert.deepEqual(kindOf(png), [8, 3]);
  });

  it('has three bytes a pixel where it has more than 256 colours, in greys and in colours', () => {
    const width = 300;
    const data = Uint8Array.from({ length: 3 * width * 4 }, (_, i) => {
      const [pixel, channel] = [Math.floor(i / 3), i % 3];
      return pixel < 2 * width ? pixel % 251 : (pixel * (channel + 3)) % 256;
    });
    const png = encodePng({ width, height: 4, data });
    const read = PNG.sync.read(png);
    assert.deepEqual(
      Array.from(data, (_, i) => read.data[4 * Math.floor(i / 3) + (i % 3)]),
      [...data],
    );
    assert.deepEqual(kindOf(png), [8, 2]);
  });

  it('is the same file where another thread packs it', async () => {
    for (const width of [1, 7, 300]) {
      const data = Uint8Array.from({ length: 3 * width * 40 }, (_, i) => (i * i) % 253);
      const picture = { width, height: 40, data };
      assert.deepEqual(await encodePngMeanwhile(picture), encodePng(picture));
    }
  });
});

describe('a picture of few colours', () => {
  it('has greys of 64 steps and the colours that it was drawn with', () => {
    // By hand: 235 is step 58.06 of 63, and step 58 is 234.76; 10 is step 2.47, and step 2 is 8.1.
    const picture = rowOf([235, 235, 235], [10, 10, 10], [255, 64, 0], [250, 66, 3]);
    const { data } = reduceColours(picture, [[255, 64, 0]]);
    assert.deepEqual([...data], [235, 235, 235, 8, 8, 8, 255, 64, 0, 255, 64, 0]);
  });

  it('has at most 256 of them', () => {
    const pixels = Array.from({ length: 4096 }, (_, i): [number, number, number] => [
      (i & 15) * 17,
      ((i >> 4) & 15) * 17,
      (i >> 8) * 17,
    ]);
    const { data } = reduceColours(rowOf(...pixels), [[255, 64, 0]]);
    const found = new Set(pixels.map((_, i) => data.subarray(3 * i, 3 * i + 3).join()));
    assert.ok(found.size <= 256, `${found.size}`);
  });
});
