import { readingText } from './reading-text.ts';

/**
 * A name (PN, PS3.5 6.2.1.1) as people read it. Groups are alphabetic, ideographic and phonetic, divided by `=`;
 * components are family, given, middle, prefix and suffix, divided by `^`.
 *
 * @returns of each group that says anything: "Family, Prefix Given Middle, Suffix"
 */
export function personName(value: string): readonly string[] {
  return value
    .split('=')
    .map((group) => readingGroup(group))
    .filter((group) => group !== '');
}

function readingGroup(group: string): string {
  const [family = '', given = '', middle = '', prefix = '', suffix = ''] = group
    .split('^')
    .map((component) => readingText(component));
  const words = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' ');
  return [family, words(prefix, given, middle), suffix].filter((part) => part !== '').join(', ');
}
