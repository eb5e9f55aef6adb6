import { LobarError } from '../errors.ts';

/** A list as far as the PACS gave it in one answer. */
export interface Page<Item> {
  readonly items: readonly Item[];
  /** It says that there is more than that. */
  readonly more: boolean;
}

/** A study has a handful of series: a list that is longer than so many answers has no end. */
const mostPages = 100;

/** Whether a Warning says that a list is a part of the whole (PS3.18 8.3.4.4: code 299, "additional results"). */
export function saysMore(warning: string | undefined): boolean {
  return warning !== undefined && /^\s*299\b.*\badditional results\b/is.test(warning);
}

/**
 * All of a list that a PACS cuts into pages, each asked for from behind the ones before.
 *
 * @param keyOf - what tells the items apart: a PACS that does not page gives the same ones again
 * @throws LobarError `pacs-incomplete` where the PACS says that there is more but does not give it
 */
export async function allPages<Item>(
  pacs: string,
  keyOf: (item: Item) => string,
  fetchPage: (offset: number) => Promise<Page<Item>>,
): Promise<Item[]> {
  const found = new Map<string, Item>();
  for (let count = 1; ; count += 1) {
    const before = found.size;
    const { items, more } = await fetchPage(before);
    for (const item of items) found.set(keyOf(item), item);
    if (!more) return [...found.values()];
    if (found.size === before || count === mostPages) {
      const problem = `it says that there are more than the ${found.size} results that it gives`;
      throw new LobarError('pacs-incomplete', { pacs, problem });
    }
  }
}
