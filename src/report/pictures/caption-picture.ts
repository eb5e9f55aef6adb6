import { blankPicture, type Picture } from '../picture.ts';
import { drawText, textWidth } from './draw-text.ts';
import { pastePicture } from './paste-picture.ts';
import { reduceColours } from './reduce-colours.ts';

/** Of a line, in heights of a capital. */
const lineHeight = 1.8;

/**
 * A picture above a black strip, where words hide nothing of it.
 *
 * @param rows the texts of each stand side by side, or below one another where the picture is too narrow
 */
export function captionPicture(picture: Picture, rows: readonly (readonly string[])[]): Picture {
  const { width, height } = picture;
  const size = width >= 500 ? 13 : 11;
  const edge = size * 0.8;
  const lines = rows.flatMap((texts) => linesOf(texts, size, width - 2 * edge));
  if (lines.length === 0) return picture;
  const strip = blankPicture(width, Math.ceil(edge + lines.length * size * lineHeight));
  lines.forEach((line, i) => {
    drawText(strip, line, { x: edge, baseline: edge + size * (1 + lineHeight * i), size });
  });
  const sheet = blankPicture(width, height + strip.height);
  pastePicture(sheet, picture, 0, 0);
  // Its greys are among those of the picture: together they still fit into a byte a pixel.
  pastePicture(sheet, reduceColours(strip, []), 0, height);
  return sheet;
}

function linesOf(texts: readonly string[], size: number, width: number): readonly string[] {
  if (texts.length === 0) return [];
  const line = texts.join(' - ');
  return textWidth(line, size) <= width ? [line] : texts;
}
