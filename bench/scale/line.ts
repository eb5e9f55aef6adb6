/** First come, first served; what comes back goes to the front. */
export class Line<Item> {
  #items: (Item | undefined)[] = [];
  #first = 0;

  get length(): number {
    return this.#items.length - this.#first;
  }

  add(item: Item): void {
    this.#items.push(item);
  }

  putBack(item: Item): void {
    if (this.#first === 0) this.#items.unshift(item);
    else {
      this.#first -= 1;
      this.#items[this.#first] = item;
    }
  }

  take(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#first];
    this.#items[this.#first] = undefined;
    this.#first += 1;
    if (this.#first > 1024 && this.#first * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#first);
      this.#first = 0;
    }
    return item;
  }

  /** Takes one out, wherever it is. */
  remove(item: Item): void {
    const at = this.#items.indexOf(item, this.#first);
    if (at >= 0) this.#items.splice(at, 1);
  }
}
