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

/** Whether every character has a glyph; one that has none is set as a box. */
export function canSet({ regular }: ReportFonts, text: string): boolean {
  return [...text].every((character) => regular.hasGlyphForCodePoint(character.codePointAt(0) ?? 0));
}
