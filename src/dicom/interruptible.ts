/**
 * Passes on what `source` gives until it ends or `stop` rejects, whichever is first, and closes it in every
 * case. A source that is in the middle of waiting is closed without waiting for it: it may never answer.
 */
export async function* interruptible<T>(source: AsyncIterable<T>, stop: Promise<never>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let waiting = false;
  try {
    for (;;) {
      waiting = true;
      const next = await Promise.race([iterator.next(), stop]);
      waiting = false;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    const closed = iterator.return?.().catch(() => {});
    if (!waiting) await closed;
  }
}
