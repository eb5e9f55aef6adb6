import { LobarError } from '../errors.ts';

/** How many analyses may be inside this process at once; the next one is told to come back (503). */
export class Admission {
  readonly #places: number;
  #inFlight = 0;
  #draining = false;
  readonly #idle: (() => void)[] = [];

  constructor(places: number) {
    this.#places = places;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /**
   * Runs `work` in one of the places.
   *
   * @throws LobarError `at-capacity` when all are taken, `shutting-down` once drain() was called; both at once,
   *   not by the promise, so that a caller can refuse before it begins to answer.
   */
  run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#draining) throw new LobarError('shutting-down', {});
    if (this.#inFlight >= this.#places) throw new LobarError('at-capacity', { inFlight: this.#places });
    this.#inFlight += 1;
    return work().finally(() => {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) for (const wake of this.#idle.splice(0)) wake();
    });
  }

  /** Takes no new work from now on and waits for what runs. */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#inFlight > 0) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }
}
