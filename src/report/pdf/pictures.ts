import type { FigureSheet } from '../sheet/pictures.ts';
import { artifact, type Box, type Element, ink, leading, type Pen, set, tagged, wrapped } from './pen.ts';
import { openPng } from './png-image.ts';

const captionSize = 6.8;

/** A picture in a frame of its own, its caption below. @returns where the caption ends */
export function drawFigure(pen: Pen, parent: Element, figure: FigureSheet, frame: Box): number {
  const { picture, png, caption, alternative } = figure;
  const { x, y, width, height } = frame;
  const scale = Math.min(width / picture.width, height / picture.height);
  const [own, ownHeight] = [picture.width * scale, picture.height * scale];
  // What is left of the frame has the colour of the picture's corner.
  const [red = 0, green = 0, blue = 0] = picture.data;
  artifact(pen, () => pen.document.rect(x, y, width, height).fill([red, green, blue]));
  tagged(
    pen,
    parent,
    'Figure',
    () =>
      pen.document.image(openPng(pen.document, png), x + (width - own) / 2, y + (height - ownHeight) / 2, {
        width: own,
        height: ownHeight,
      }),
    { alt: alternative },
  );
  const style = { size: captionSize, colour: ink.quiet };
  const lines = wrapped(pen, caption, width, style);
  tagged(pen, parent, 'Caption', () =>
    lines.forEach((line, i) => {
      set(pen, line, { x, baseline: y + height + 8 + i * captionSize * leading, width }, style);
    }),
  );
  return y + height + 2 + lines.length * captionSize * leading;
}

/** Pictures of one size side by side, over the whole width. @returns where their captions end */
export function drawStrip(
  pen: Pen,
  parent: Element,
  figures: readonly FigureSheet[],
  { x, y, width }: Omit<Box, 'height'>,
  { columns, ratio, gap = 6 }: StripShape,
): number {
  const own = (width - (columns - 1) * gap) / columns;
  const bottoms = figures.map((figure, i) =>
    drawFigure(pen, parent, figure, { x: x + i * (own + gap), y, width: own, height: own / ratio }),
  );
  return Math.max(y, ...bottoms);
}

export interface StripShape {
  readonly columns: number;
  /** Width to height. */
  readonly ratio: number;
  readonly gap?: number;
}
