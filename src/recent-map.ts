/** A map of bounded size, from which what was set the longest ago goes. */
export class RecentMap<Key, Value> extends Map<Key, Value> {
  readonly #most: number;

  /** @param most - entries that are kept */
  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: Key, value: Value): this {
    // A map keeps the order in which keys were added: the first is the one that was set the longest ago.
    this.delete(key);
    super.set(key, value);
    const [oldest] = this.keys();
    if (this.size > this.#most && oldest !== undefined) this.delete(oldest);
    return this;
  }
}
