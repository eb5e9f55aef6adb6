import type { Field } from '../sheet/identity.ts';
import type { ReportTexts } from '../texts.ts';
import { canSet } from './fonts.ts';
import type { Pen } from './pen.ts';

export interface Printed {
  readonly shown: string;
  /** The whole text, for who copies or searches; absent where all of it is shown. */
  readonly actual?: string;
}

/**
 * The groups of a name that the font has; a sentence in place of a name of which it has none. Boxes would be taken for
 * a name that somebody forgot.
 */
export function printedName(
  { fonts }: Pen,
  { value, others = [] }: Field,
  { nameNotPrintable }: ReportTexts,
): Printed {
  const groups = [value, ...others].filter((group) => group !== '');
  const printable = groups.filter((group) => canSet(fonts, group));
  if (groups.length === 0) return { shown: '–' };
  const shown = printable.length === 0 ? nameNotPrintable : inOneLine(printable);
  return printable.length === groups.length ? { shown } : { shown, actual: inOneLine(groups) };
}

/** 'Yamada, Tarou (山田, 太郎, やまだ, たろう)' */
function inOneLine([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} (${others.join(', ')})`;
}
