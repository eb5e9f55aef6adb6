import { unlessAborted } from '../../unless-aborted.ts';

/** Does work of the same name one after another; work of different names does not wait. */
export class OneAtATime {
  readonly #last = new Map<string, Promise<void>>();

  /** @throws what the work throws; what the signal was aborted with while it waited */
  async run<T>(name: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(name) ?? Promise.resolve();
    const done = Promise.withResolvers<void>();
    // Whoever gives up waiting must not let the next one overtake the one that works.
    const turn = before.then(() => done.promise);
    this.#last.set(name, turn);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      done.resolve();
      if (this.#last.get(name) === turn) this.#last.delete(name);
    }
  }
}
