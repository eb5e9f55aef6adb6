/**
 * What `run` makes of each item, in their order; `parallel` are under way at a time. When one fails, the signal
 * of the others is aborted and they are waited for: nothing goes on after this has come back.
 *
 * @throws what the first that failed threw
 */
export async function mapInParallel<Item, Result>(
  items: readonly Item[],
  parallel: number,
  signal: AbortSignal,
  run: (item: Item, signal: AbortSignal) => Promise<Result>,
): Promise<Result[]> {
  const leaving = new AbortController();
  const either = AbortSignal.any([signal, leaving.signal]);
  const results: Result[] = [];
  const left = items.entries();
  const workThrough = async () => {
    for (const [index, item] of left) {
      if (leaving.signal.aborted) return;
      results[index] = await run(item, either);
    }
  };
  const underWay = Array.from({ length: parallel }, workThrough);
  try {
    await Promise.all(underWay);
    return results;
  } finally {
    leaving.abort();
    await Promise.allSettled(underWay);
  }
}
