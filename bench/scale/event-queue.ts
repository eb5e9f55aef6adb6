/** What comes next: a binary heap by time; of two at the same time, the one that was added first. */
export class EventQueue<Event> {
  readonly #heap: Entry<Event>[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  /** When the next one is due; Infinity without one. */
  get nextAt(): number {
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** The next one, which stays. */
  peek(): Event | undefined {
    return this.#heap[0]?.event;
  }

  add(at: number, event: Event): void {
    const entry = { at, order: this.#added, event };
    this.#added += 1;
    let hole = this.#heap.length;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      this.#heap[hole] = above;
      hole = parent;
    }
    this.#heap[hole] = entry;
  }

  take(): { readonly at: number; readonly event: Event } | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (first !== undefined && last !== undefined && first !== last) this.#sink(last);
    return first;
  }

  /** Puts an entry in the place of the first one, and down to where it belongs. */
  #sink(entry: Entry<Event>): void {
    let hole = 0;
    for (;;) {
      const left = this.#heap[2 * hole + 1];
      const right = this.#heap[2 * hole + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(entry, child)) break;
      this.#heap[hole] = child;
      hole = 2 * hole + (isRight ? 2 : 1);
    }
    this.#heap[hole] = entry;
  }
}

interface Entry<Event> {
  readonly at: number;
  readonly order: number;
  readonly event: Event;
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
