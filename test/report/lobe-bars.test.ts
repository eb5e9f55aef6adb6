import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lobeColours } from '../../src/pipeline/lobe-colours.ts';
import { type Involvement, type LobeScore, lobes } from '../../src/pipeline/types.ts';
import type { Colour, Picture } from '../../src/report/picture.ts';
import { lobeBars } from '../../src/report/pictures/lobe-bars.ts';

function involvement(percents: readonly number[], scores: readonly LobeScore[]): Involvement {
  const none = { lungMl: 0, opacityMl: 0, percent: 0 };
  const ofLobes = lobes.map((lobe, i) => ({
    ...none,
    lobe,
    percent: percents[i] ?? 0,
    score: scores[i] ?? 0,
  }));
  return { ...none, right: none, left: none, lobes: ofLobes };
}

/** In the middle row of a lobe's bar, how many pixels have a colour. */
function pixelsOf({ width, data }: Picture, row: number, colour: Colour): number {
  let count = 0;
  for (let x = 0; x < width; x++) {
    const p = 3 * (row * width + x);
    if (colour.every((value, channel) => data[p + channel] === value)) count++;
  }
  return count;
}

/** Bars lie in rows of 33.2 pixels from 14 on. */
const rowOf = (i: number) => Math.floor(14 + 33.2 * (i + 0.5));
const lengths = (picture: Picture) =>
  lobes.map((lobe, i) => pixelsOf(picture, rowOf(i) - 6, lobeColours[lobe]));

describe('the bars of the lobes', () => {
  it('are as long as the lobe is affected, on an axis of 100 % that is 230 pixels long', () => {
    const picture = lobeBars(involvement([100, 50, 0, 75, 10], [5, 3, 0, 4, 2]));
    // By hand: 230, 115, 0, 172.5 and 23 pixels; one that a bar covers in part is not of its colour.
    assert.deepEqual(lengths(picture), [230, 115, 0, 172, 23]);
  });

  it('are on the same axis where all of them are short, so that two dates can be compared', () => {
    // By hand: 23, 11.5 and 2.3 pixels.
    assert.deepEqual(lengths(lobeBars(involvement([10, 5, 0, 1, 0], [2, 2, 0, 1, 0]))), [23, 11, 0, 2, 0]);
  });

  it('have as many full squares as the score says', () => {
    const picture = lobeBars(involvement([80, 30, 0, 1, 60], [5, 3, 0, 1, 4]));
    // Squares of 8 pixels; the ink is 235 of 255.
    const full = lobes.map((_, i) => pixelsOf(picture, rowOf(i) - 2, [235, 235, 235]));
    const squares = full.map((pixels) => Math.floor(pixels / 8));
    assert.deepEqual(
      squares.map((count, i) => count - (squares[2] as number) * Number(i === 2)),
      [5, 3, 0, 1, 4],
    );
  });
});
