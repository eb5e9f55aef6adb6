import { EventQueue } from './event-queue.ts';

export interface LinkSettings {
  /** Of all transfers together. */
  readonly bytesPerSecond: number;
  /** What one transfer takes at most, because PACS or decoding cannot do more. */
  readonly perTransfer: number;
}

/**
 * A line that its transfers share equally (processor sharing).
 *
 * All go at the same speed at any moment, so one counter of what each of them has received since the beginning is
 * enough: a transfer is done when the counter has grown by its size.
 */
export class SharedLink<Transfer> {
  readonly #settings: LinkSettings;
  readonly #ends = new EventQueue<Transfer>();
  readonly #stopped = new Set<Transfer>();
  #each = 0;
  #at = 0;
  #transferred = 0;
  /** How many are under way. */
  #active = 0;

  constructor(settings: LinkSettings) {
    this.#settings = settings;
  }

  /** Bytes that went over it, up to the last thing that happened. */
  get transferred(): number {
    return this.#transferred;
  }

  start(now: number, transfer: Transfer, bytes: number): void {
    this.#advance(now);
    this.#ends.add(this.#each + bytes, transfer);
    this.#active += 1;
  }

  /** Ends one that is under way before it is done. */
  stop(now: number, transfer: Transfer): void {
    this.#advance(now);
    this.#stopped.add(transfer);
    this.#active -= 1;
    this.#forget();
  }

  /** When the next one is done, unless something happens before; Infinity without one. */
  get nextAt(): number {
    const left = this.#ends.nextAt - this.#each;
    return left === Number.POSITIVE_INFINITY ? left : this.#at + Math.max(0, left) / this.#speed();
  }

  /** Takes out the one that is done at `nextAt`. */
  finish(now: number): Transfer | undefined {
    this.#advance(now);
    const done = this.#ends.take();
    if (done === undefined) return undefined;
    this.#active -= 1;
    this.#forget();
    return done.event;
  }

  #advance(now: number): void {
    const bytes = this.#active === 0 ? 0 : (now - this.#at) * this.#speed();
    this.#each += bytes;
    this.#transferred += bytes * this.#active;
    this.#at = now;
  }

  /** Bytes a second of each. */
  #speed(): number {
    return Math.min(this.#settings.perTransfer, this.#settings.bytesPerSecond / this.#active);
  }

  /** Drops stopped ones from the front. */
  #forget(): void {
    while (this.#ends.size > this.#active) {
      const first = this.#ends.peek();
      if (first === undefined || !this.#stopped.delete(first)) return;
      this.#ends.take();
    }
  }
}
