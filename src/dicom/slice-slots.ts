import type { InstanceHeader } from './instance-header.ts';

type ExpectedSlot = (slice: InstanceHeader) => number | undefined;

/**
 * Gives each slice of a series a slot in the memory of the volume. Where it is told before which one is whose, the
 * slices need not be moved when all are there.
 */
export class SliceSlots {
  readonly #expected: number;
  readonly #expectedSlot: ExpectedSlot | undefined;
  readonly #taken = new Set<number>();
  /** Of the slices, as they came. */
  readonly #slots: number[] = [];
  /** No expected slot above it is free. */
  #lastFree: number;

  /** `expected` slots are there to begin with; more are given behind them. */
  constructor(expected: number, expectedSlot?: ExpectedSlot) {
    this.#expected = expectedSlot === undefined ? 0 : expected;
    this.#expectedSlot = expectedSlot;
    this.#lastFree = this.#expected - 1;
  }

  /** The expected slot of the slice; another one where that is not there, or taken. */
  take(slice: InstanceHeader): number {
    const wished = this.#expectedSlot?.(slice) ?? -1;
    const isSlot = Number.isInteger(wished) && wished >= 0 && wished < this.#expected;
    const slot = isSlot && !this.#taken.has(wished) ? wished : this.#anyFree();
    this.#taken.add(slot);
    this.#slots.push(slot);
    return slot;
  }

  /** Slots of slices by the numbers in which these came, then those that nobody took: each slot once. */
  of(slices: readonly number[]): readonly number[] {
    const unused = Array.from({ length: this.#expected }, (_, slot) => slot).filter(
      (slot) => !this.#taken.has(slot),
    );
    return [...slices.map((index) => this.#slots[index] as number), ...unused];
  }

  #anyFree(): number {
    while (this.#lastFree >= 0 && this.#taken.has(this.#lastFree)) this.#lastFree -= 1;
    // Where all expected ones are taken, so are all below the number of slices.
    return this.#lastFree >= 0 ? this.#lastFree : this.#slots.length;
  }
}
