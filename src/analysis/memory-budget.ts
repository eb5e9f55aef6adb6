import { abortReason } from '../abort-reason.ts';

/** What one analysis has set aside; given back when it ends. */
export interface Reservation {
  /**
   * Sets more aside, when there is room for it.
   *
   * @throws the refusal `tooLarge` where there never will be; `stuck` where all that could make room wait for room
   *   themselves; the signal's reason, or LobarError `cancelled`
   */
  grow(bytes: number, signal: AbortSignal): Promise<void>;
  /** Gives all of it back. */
  release(): void;
}

export interface Refusals {
  /** Why an analysis is refused that needs more than all of it. */
  readonly tooLarge: () => Error;
  /** Why one is that would wait for ever. */
  readonly stuck: () => Error;
}

interface Wish {
  readonly holder: object;
  readonly bytes: number;
  readonly grant: () => void;
  readonly refuse: (error: unknown) => void;
}

/**
 * The memory that all analyses of this process may take together, in bytes. It is a matter of estimates: nobody is
 * stopped who takes more than was said. Whoever finds no room waits, first come, first served, so that a large
 * study is not passed over for ever by small ones.
 */
export class MemoryBudget {
  readonly #total: number;
  readonly #refusals: Refusals;
  readonly #held = new Map<object, number>();
  readonly #wishes: Wish[] = [];

  /**
   * @param total - bytes
   */
  constructor(total: number, refusals: Refusals) {
    this.#total = total;
    this.#refusals = refusals;
  }

  /** Bytes set aside at the moment. */
  get reserved(): number {
    return [...this.#held.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Room for one analysis; none yet. */
  open(): Reservation {
    const holder = {};
    this.#held.set(holder, 0);
    return {
      grow: (bytes, signal) => this.#grow(holder, bytes, signal),
      release: () => {
        this.#held.delete(holder);
        this.#grant();
      },
    };
  }

  async #grow(holder: object, bytes: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortReason(signal);
    if ((this.#held.get(holder) ?? 0) + bytes > this.#total) {
      throw this.#refusals.tooLarge();
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wish: Wish = { holder, bytes, grant: resolve, refuse: reject };
    const abort = () => {
      this.#drop(wish);
      reject(abortReason(signal));
      this.#grant();
    };
    this.#wishes.push(wish);
    signal.addEventListener('abort', abort, { once: true });
    this.#grant();
    try {
      await promise;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  #grant(): void {
    for (let wish = this.#wishes[0]; wish !== undefined; wish = this.#wishes[0]) {
      if (this.reserved + wish.bytes > this.#total) break;
      this.#wishes.shift();
      this.#held.set(wish.holder, (this.#held.get(wish.holder) ?? 0) + wish.bytes);
      wish.grant();
    }
    this.#refuseWhereStuck();
  }

  /** Where everybody who holds memory waits for more, nobody will ever give any back: the last one has to. */
  #refuseWhereStuck(): void {
    const waiting = new Set(this.#wishes.map(({ holder }) => holder));
    const holding = [...this.#held].filter(([, bytes]) => bytes > 0);
    const last = this.#wishes.findLast(({ holder }) => (this.#held.get(holder) ?? 0) > 0);
    if (last === undefined || holding.some(([holder]) => !waiting.has(holder))) return;
    this.#drop(last);
    last.refuse(this.#refusals.stuck());
  }

  #drop(wish: Wish): void {
    const place = this.#wishes.indexOf(wish);
    if (place >= 0) this.#wishes.splice(place, 1);
  }
}
