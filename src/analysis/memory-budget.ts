import { abortReason } from '../abort-reason.ts';

/** What an analysis takes at its height, bytes. */
export interface MemoryNeed {
  /** For as long as it lasts. */
  readonly own: number;
  /** While it is in the one inference worker: of all analyses only the largest such need counts. */
  readonly shared: number;
}

/** What one analysis has set aside; given back when it ends. */
export interface Reservation {
  /**
   * Sets more aside, when there is room for it.
   *
   * @throws the refusal `tooLarge` where there never will be; `stuck` where all that could make room wait for room
   *   themselves; the signal's reason, or LobarError `cancelled`
   */
  grow(need: MemoryNeed, signal: AbortSignal): Promise<void>;
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
  readonly need: MemoryNeed;
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
  readonly #held = new Map<object, MemoryNeed>();
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
    return bytesOf([...this.#held.values()]);
  }

  /** Room for one analysis; none yet. */
  open(): Reservation {
    const holder = {};
    this.#held.set(holder, nothing);
    return {
      grow: (need, signal) => this.#grow(holder, need, signal),
      release: () => this.#release(holder),
    };
  }

  /**
   * Counts bytes that are there already, whether there is room for them or not.
   *
   * @returns what gives them back
   */
  hold(own: number): () => void {
    const holder = {};
    this.#held.set(holder, { own, shared: 0 });
    return () => this.#release(holder);
  }

  #release(holder: object): void {
    this.#held.delete(holder);
    this.#grant();
  }

  async #grow(holder: object, need: MemoryNeed, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortReason(signal);
    const held = this.#held.get(holder) ?? nothing;
    if (bytesOf([held, need]) > this.#total) throw this.#refusals.tooLarge();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const wish: Wish = { holder, need, grant: resolve, refuse: reject };
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
    for (let wish = this.#next(); wish !== undefined; wish = this.#next()) {
      const { holder, need } = wish;
      this.#drop(wish);
      const { own, shared } = this.#held.get(holder) ?? nothing;
      this.#held.set(holder, { own: own + need.own, shared: Math.max(shared, need.shared) });
      wish.grant();
    }
    const stuck = this.#stuck();
    const last = stuck.at(-1);
    if (last === undefined) return;
    // Nobody will ever give any back: the last one has to.
    this.#drop(last);
    last.refuse(this.#refusals.stuck());
  }

  /** Whose turn it is, if there is room: the first, or where all are stuck, any of those who hold some. */
  #next(): Wish | undefined {
    const fits = ({ need }: Wish) => bytesOf([...this.#held.values(), need]) <= this.#total;
    const [first] = this.#wishes;
    return first !== undefined && fits(first) ? first : this.#stuck().find(fits);
  }

  /** The wishes of those who hold memory, where all of these wait for more; else none. */
  #stuck(): readonly Wish[] {
    const waiting = new Set(this.#wishes.map(({ holder }) => holder));
    const holding = [...this.#held].filter(([, held]) => bytesOf([held]) > 0).map(([holder]) => holder);
    if (holding.some((holder) => !waiting.has(holder))) return [];
    return this.#wishes.filter(({ holder }) => holding.includes(holder));
  }

  #drop(wish: Wish): void {
    const place = this.#wishes.indexOf(wish);
    if (place >= 0) this.#wishes.splice(place, 1);
  }
}

const nothing: MemoryNeed = { own: 0, shared: 0 };

function bytesOf(needs: readonly MemoryNeed[]): number {
  return needs.reduce((sum, { own }) => sum + own, 0) + Math.max(0, ...needs.map(({ shared }) => shared));
}
