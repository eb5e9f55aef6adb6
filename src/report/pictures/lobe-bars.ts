import { lobeColours } from '../../pipeline/lobe-colours.ts';
import type { Involvement } from '../../pipeline/types.ts';
import { blankPicture, type Picture } from '../picture.ts';
import { drawText } from './draw-text.ts';
import { fillBox } from './fill-box.ts';
import { dimInkColour, inkColour } from './picture-colours.ts';
import { reduceColours } from './reduce-colours.ts';

const size = { width: 440, height: 216 } as const;
const text = 11;
/** The frame within which the bars lie, and where a row's score stands. */
const frame = { left: 60, right: 290, top: 14, bottom: 180 } as const;
const scores = { left: 360, pip: 8, step: 11 } as const;

/** Percent. [ours] The same on every report, and as the bars of its table: two dates are compared at a glance. */
const axis = { end: 100, ticks: [0, 25, 50, 75, 100] } as const;

/** A bar a lobe: how much of it is opaque, percent, on an axis of 100 %, and its score of 5. */
export function lobeBars({ lobes }: Involvement): Picture {
  const picture = blankPicture(size.width, size.height);
  const xOf = (percent: number) => frame.left + ((frame.right - frame.left) * percent) / axis.end;
  for (const tick of axis.ticks) {
    const x = Math.round(xOf(tick));
    fillBox(picture, { left: x, top: frame.top, right: x + 1, bottom: frame.bottom + 4 }, dimInkColour, 0.5);
    const label = tick === axis.end ? `${tick} %` : `${tick}`;
    drawText(picture, label, {
      x,
      baseline: frame.bottom + 9 + text,
      align: 'middle',
      size: text - 1,
      colour: dimInkColour,
    });
  }
  const step = (frame.bottom - frame.top) / lobes.length;
  lobes.forEach(({ lobe, percent, score }, i) => {
    const middle = frame.top + step * (i + 0.5);
    const baseline = middle + text / 2;
    const bar = {
      left: frame.left,
      right: xOf(percent),
      top: middle - 9,
      bottom: middle + 9,
    };
    fillBox(picture, bar, lobeColours[lobe]);
    drawText(picture, lobe, { x: frame.left - 12, baseline, align: 'right', size: text });
    drawText(picture, `${percent.toFixed(1)} %`, { x: bar.right + 8, baseline, size: text });
    drawScore(picture, score, middle);
  });
  return reduceColours(picture, Object.values(lobeColours));
}

/** Five squares, as many of them full as the score, and the score. */
function drawScore(picture: Picture, score: number, middle: number): void {
  const { left, pip, step } = scores;
  for (let i = 0; i < 5; i++) {
    const box = { left: left + i * step, right: left + i * step + pip, top: middle - 4, bottom: middle + 4 };
    fillBox(picture, box, inkColour, i < score ? 1 : 0.25);
  }
  drawText(picture, `${score}`, { x: left - 8, baseline: middle + text / 2, align: 'right', size: text });
}
