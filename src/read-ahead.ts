/**
 * What is read for each item, in their order; no more than `parallel` are under way or waiting while the consumer has
 * one in hand. When one fails, or the consumer leaves, the signal of the others is aborted and they are waited for.
 *
 * @param signal - aborts them all, where there is one
 * @throws what `read` throws, in the turn of its item
 */
export async function* readAhead<Item, Read>(
  items: readonly Item[],
  parallel: number,
  read: (item: Item, signal: AbortSignal) => Promise<Read>,
  signal?: AbortSignal,
): AsyncGenerator<Read, void, undefined> {
  const leaving = new AbortController();
  const either = signal === undefined ? leaving.signal : AbortSignal.any([signal, leaving.signal]);
  const underWay: Promise<Read>[] = [];
  const left = items[Symbol.iterator]();
  const startNext = () => {
    const { done, value } = left.next();
    if (done) return;
    const one = read(value, either);
    // Whoever waits for it hears of its failure; nobody may, when another one fails first.
    one.catch(() => {});
    underWay.push(one);
  };
  try {
    for (let count = 0; count < parallel; count += 1) startNext();
    for (let next = underWay.shift(); next !== undefined; next = underWay.shift()) {
      const one = await next;
      startNext();
      yield one;
    }
  } finally {
    leaving.abort();
    await Promise.allSettled(underWay);
  }
}
