/** What a log says in place of words that are told to the caller alone. */
export const withheld = '[told to the caller alone]';

/** A text with `withheld` in place of the given words. */
export function withoutWords(text: string, words: string): string {
  // Where it stands alone: a short "no" is not to be taken out of other words.
  const literal = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const occurrences = new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu');
  return text.replace(occurrences, withheld);
}
