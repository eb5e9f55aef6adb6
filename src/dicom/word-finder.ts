/**
 * Words that are told from others wherever they stand (`CTThorax`): the Greek stem, and words of scripts that do
 * not set words apart. Any other must begin a word: `lung` is in `Darstellung`.
 */
const unmistakable = /^(?:thora[xc]|\p{Lo})/u;

export interface WordFinder {
  /** Whether it begins a word: 'hand' is not in 'Shandong'. */
  begins(word: string): boolean;
  /** Whether it begins a word, or stands anywhere where it cannot be mistaken. */
  holds(word: string): boolean;
}

/** Looks for words in the descriptions of a study or series, without regard to case. */
export function wordFinder(texts: readonly (string | undefined)[]): WordFinder {
  // A letter with its accent as a mark of its own would be cut in two.
  const folded = (text: string) => text.normalize('NFC').toLowerCase();
  const text = folded(texts.join(' '));
  const words = text.split(/[^\p{L}]+/u);
  const begins = (wanted: string) => words.some((word) => word.startsWith(wanted));
  return {
    begins: (word) => begins(folded(word)),
    holds(word) {
      const wanted = folded(word);
      return unmistakable.test(wanted) ? text.includes(wanted) : begins(wanted);
    },
  };
}
