/**
 * Passes on what `source` gives until it ends or `stop` rejects, whichever is first, and closes it in every
 * case. A source that is in the middle of waiting is closed without waiting for it: it may never answer.
 *
 * `stop` outlives the items, and a Promise.race against it would keep every item alive until it settles
 * (measured: 400 instances of 1 MiB). So it is listened to once, and rejects what is being waited for.
 */
export async function* interruptible<T>(source: AsyncIterable<T>, stop: Promise<never>): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let stopped: { readonly error: unknown } | undefined;
  let rejectNext: ((error: unknown) => void) | undefined;
  stop.catch((error: unknown) => {
    stopped = { error };
    rejectNext?.(error);
  });
  try {
    for (;;) {
      if (stopped !== undefined) throw stopped.error;
      const next = await new Promise<IteratorResult<T>>((resolve, reject) => {
        rejectNext = reject;
        iterator.next().then(resolve, reject);
      });
      rejectNext = undefined;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    const isWaiting = rejectNext !== undefined;
    const closed = iterator.return?.().catch(() => {});
    if (!isWaiting) await closed;
  }
}
