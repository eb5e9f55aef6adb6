import type { Failure } from '../connection/failure.ts';
import { beforeNextAttempt } from '../connection/send-with-retry.ts';

/** Written one by one, a report has ten parts; to be overtaken at each is no failure yet. */
const mostConflicts = 10;

/** How often the writing of one report may fail, and how long it waits then. */
export class Patience {
  readonly #signal: AbortSignal;
  #failures = 0;
  #conflicts = 0;
  #furthest = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Waits, or throws the error of the failure when there is to be no other attempt. */
  async failed(failure: Failure): Promise<void> {
    this.#failures += 1;
    await beforeNextAttempt(failure, this.#failures, this.#signal);
  }

  /** The same; but of processes that overtake one another each time another one has got further. */
  async overtakenOrFailed(failure: Failure): Promise<void> {
    const isConflict = failure.status === 409 || failure.status === 412;
    this.#conflicts += isConflict ? 1 : 0;
    if (!isConflict || this.#conflicts > mostConflicts) await this.failed(failure);
    else await beforeNextAttempt(failure, 1, this.#signal);
  }

  /** Who gets further than before goes on. */
  gotTo(parts: number): void {
    if (parts > this.#furthest) this.#failures = 0;
    this.#furthest = Math.max(this.#furthest, parts);
  }
}
