import type { Colour, Picture } from '../picture.ts';
import { haloColour, inkColour } from './picture-colours.ts';
import { capHeight, glyphOf, letterGap } from './stroke-font.ts';
import { type Line, strokeLines } from './stroke-lines.ts';

export interface TextPlace {
  /** Pixels: the left end, the middle or the right end of the text. */
  readonly x: number;
  /** Pixels, of the baseline. */
  readonly baseline: number;
  readonly align?: 'left' | 'middle' | 'right';
  /** Height of a capital, pixels. */
  readonly size: number;
  readonly colour?: Colour;
}

/** Width of a text whose capitals are `size` pixels high, pixels. */
export function textWidth(text: string, size: number): number {
  const units = Array.from(text, (character) => glyphOf(character).width + letterGap);
  return (Math.max(0, units.reduce((sum, one) => sum + one, 0) - letterGap) * size) / capHeight;
}

/** Writes a line of text with a dark rim, broad enough to stand out on white tissue also where it is shown small. */
export function drawText(picture: Picture, text: string, place: TextPlace): void {
  const { x, baseline, align = 'left', size, colour = inkColour } = place;
  const unit = size / capHeight;
  const width = textWidth(text, size);
  let left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2;
  const lines: Line[] = [];
  for (const character of text) {
    const glyph = glyphOf(character);
    for (const stroke of glyph.strokes) {
      const points = Float64Array.from(stroke, (value, i) =>
        i % 2 === 0 ? left + value * unit : baseline + (value - capHeight) * unit,
      );
      lines.push({ points, closed: false });
    }
    left += (glyph.width + letterGap) * unit;
  }
  const pen = Math.max(1.1, size / 8);
  strokeLines(picture, lines, [
    { colour: haloColour, width: pen + Math.max(3, size / 4), opacity: 0.85 },
    { colour, width: pen, opacity: 1 },
  ]);
}
