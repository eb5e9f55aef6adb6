import type { Vr } from './dicom-elements.ts';

/** Characters that a value may have (PS3.5 6.2). */
const longest: Readonly<Partial<Record<Vr, number>>> = {
  AE: 16,
  CS: 16,
  LO: 64,
  SH: 16,
  ST: 1024,
  LT: 10_240,
};

/** Texts of several lines; a backslash is one there (PS3.5 6.2). */
const paragraphs: ReadonlySet<Vr> = new Set(['LT', 'ST', 'UT']);

/**
 * One text of our own as a value of its VR: control characters become spaces, so does a backslash where it would begin
 * another value, and what is too long is cut, at a whole character.
 */
export function plainText(vr: Vr, text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  const clean = paragraphs.has(vr) ? text.replace(/[\x00-\x09\x0b\x0c\x0e-\x1f\x7f]/g, ' ') : oneLine(text);
  return cut(clean, longest[vr]);
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return text.replace(/[\x00-\x1f\x7f\\]/g, ' ');
}

function cut(text: string, characters = Number.POSITIVE_INFINITY): string {
  return text.length <= characters ? text : [...text].slice(0, characters).join('').trimEnd();
}
