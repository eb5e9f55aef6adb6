/** How many messages are known by their troubles at most. */
const most = 10_000;

/** How often the queue failed with a message in the hands of this process. */
export class Troubles {
  readonly #counts = new Map<string, number>();

  /** @returns how often it failed by now, with this time */
  another(message: string): number {
    const count = (this.#counts.get(message) ?? 0) + 1;
    // The last one in the order of a map: the first is the one without trouble for the longest.
    this.#counts.delete(message);
    this.#counts.set(message, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > most && oldest !== undefined) this.#counts.delete(oldest);
    return count;
  }

  forget(message: string): void {
    this.#counts.delete(message);
  }
}
