/**
 * A text from outside as it can be shown on one line: controls, which PDF and HTML have no use for, and marks of the
 * direction, which would reorder what stands beside it, are left out; halves of surrogate pairs become U+FFFD.
 */
export function readingText(text: string): string {
  return (
    text
      .toWellFormed()
      .replace(/\s+/g, ' ')
      // Controls, joiners of paragraphs and lines, bidirectional formatting (Unicode 16, 3.1 of UAX #9), non-characters.
      .replace(/[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/gu, '')
      .trim()
  );
}
