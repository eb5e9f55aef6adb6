/**
 * What is read for each item, in their order, the next few while the consumer has one in hand.
 *
 * @param ahead - how many are read, or wait, while one is in hand
 * @throws what `read` throws, in the turn of its item
 */
export async function* readAhead<Item, Read>(
  items: readonly Item[],
  read: (item: Item) => Promise<Read>,
  ahead = 2,
): AsyncGenerator<Read, void, undefined> {
  const reading: Promise<Read>[] = [];
  let begun = 0;
  for (let done = 0; done < items.length; done += 1) {
    for (; begun < items.length && begun <= done + ahead; begun += 1) {
      const one = read(items[begun] as Item);
      // It is heard in its turn, or not at all where the consumer leaves before.
      one.catch(() => {});
      reading.push(one);
    }
    yield await (reading.shift() as Promise<Read>);
  }
}
