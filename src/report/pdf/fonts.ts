import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { create, type Font } from 'fontkit';

/** Noto Sans; which texts it has glyphs for, only the font itself knows. */
export interface ReportFonts {
  readonly regular: Font;
  readonly bold: Font;
}

function load(file: string): Font {
  return create(readFileSync(fileURLToPath(import.meta.resolve(`@expo-google-fonts/noto-sans/${file}`))));
}

/** Parsed once in a thread: laying out with fonts that were used before costs a fifth. */
export const reportFonts: ReportFonts = {
  regular: load('400Regular/NotoSans_400Regular.ttf'),
  bold: load('700Bold/NotoSans_700Bold.ttf'),
};

/**
 * The text with a box for every character that the font lacks: U+25A1, which it lacks too. Left to itself, the layout
 * would take a run of such letters for one that is written from the right, and turn its digits around.
 */
export function boxed({ regular }: ReportFonts, text: string): string {
  return [...text]
    .map((character) => (regular.hasGlyphForCodePoint(character.codePointAt(0) ?? 0) ? character : '\u25a1'))
    .join('');
}

/** Whether no character is set as a box. */
export function canSet(fonts: ReportFonts, text: string): boolean {
  return [...text].every((character) => fonts.regular.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
}
