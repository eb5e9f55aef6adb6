import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { abortReason } from '../abort-reason.ts';
import { LobarError } from '../errors.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { type Turn, WaitingLine } from './waiting-line.ts';

export interface AdmissionOptions {
  /** How many analyses are at work at once. */
  readonly places: number;
  /** How many more may wait for a place. */
  readonly waiting: number;
  /** How long one of them waits at most, seconds. */
  readonly waitSeconds: number;
  /** Called when one has its place, with how long it waited for it. */
  readonly onPlace?: (waitedSeconds: number) => void;
  /** Milliseconds that only go up. */
  readonly now?: () => number;
}

interface Waiter {
  /** Its turn has come. */
  readonly enter: () => void;
  /** It is turned away. */
  readonly leave: (error: LobarError) => void;
}

export interface Admitted extends Turn {
  /** While it waits, ends the waiting. */
  readonly signal: AbortSignal;
  /** Called when it has to wait, with how many were there before it. */
  readonly onWait?: (ahead: number) => void;
}

/** Whoever does not say who he is shares the turns of all such. */
const unnamed: Admitted = { client: '', urgency: 3, signal: new AbortController().signal };

/** Until the first analysis was measured, seconds. */
const assumedSeconds = 5;
/** Weight of the last analysis in the mean of how long a place is held. */
const newest = 0.2;
const longestRetrySeconds = 3600;
/** How long work may take to stop that was told to. */
const stoppingMs = 5000;

/**
 * The door of this process: so many analyses at once, so many more in a bounded line, the next one is told when
 * to come back (503). The line is fair between clients, and the urgent go first ({@link WaitingLine}).
 */
export class Admission {
  readonly #options: AdmissionOptions;
  readonly #now: () => number;
  readonly #line: WaitingLine<Waiter>;
  readonly #givingUp = new AbortController();
  readonly #idle: (() => void)[] = [];
  readonly #roomSeekers: (() => void)[] = [];
  #working = 0;
  #draining = false;
  #meanSeconds: number | undefined;

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#line = new WaitingLine(this.#now);
  }

  /** Analyses that are at work or wait. */
  get inFlight(): number {
    return this.#working + this.#line.length;
  }

  get waiting(): number {
    return this.#line.length;
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Whether one more would not have its place at once. */
  get full(): boolean {
    return this.#draining || this.#working >= this.#options.places;
  }

  /** Fires, with `shutting-down`, when the time to finish is over: what is at work then has to stop. */
  get givingUp(): AbortSignal {
    return this.#givingUp.signal;
  }

  /** When all that waits now is likely to have had its place, as measured: for Retry-After, whole seconds. */
  get retryAfterSeconds(): number {
    const seconds = ((this.#line.length + 1) * (this.#meanSeconds ?? assumedSeconds)) / this.#options.places;
    return Math.min(longestRetrySeconds, Math.max(1, Math.ceil(seconds)));
  }

  /**
   * Runs `work` in one of the places, at once or after its turn came.
   *
   * A full line yields to a client that has fewer in it than another, or to what is more urgent: the last and least
   * urgent leaves it.
   *
   * @throws LobarError `at-capacity` (with `details.retryAfterSeconds`) when places and line are full,
   *   `shutting-down` once drain() was called; both at once, not by the promise, so that a caller can refuse
   *   before it begins to answer. By the promise: `at-capacity` after `waitSeconds` or when it had to leave the line,
   *   the signal's reason, and what `work` throws.
   */
  run<Result>(work: () => Promise<Result>, admitted: Admitted = unnamed): Promise<Result> {
    if (this.#draining) throw new LobarError('shutting-down', {});
    const { places, waiting } = this.#options;
    if (this.#working < places) {
      this.#line.took(admitted.client);
      return this.#work(work, 0);
    }
    if (this.#line.length >= waiting) {
      const evicted = this.#line.yieldTo(admitted);
      if (evicted === undefined) throw this.atCapacity('place');
      evicted.leave(this.atCapacity('place'));
    }
    return this.#wait(work, admitted);
  }

  /**
   * Waits until one more would have its place at once, without a promise that it will.
   *
   * @throws LobarError the reason of the signal
   */
  async room(signal: AbortSignal): Promise<void> {
    while (this.full) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#roomSeekers.push(resolve);
      await unlessAborted(promise, signal);
    }
  }

  /** The refusal for lack of a place, or of something else that analyses share. */
  atCapacity(what: 'place' | 'memory'): LobarError {
    const details = { retryAfterSeconds: this.retryAfterSeconds };
    return new LobarError('at-capacity', { what }, { details });
  }

  /**
   * Takes no new work from now on, and lets what is here finish, the waiting too. After `graceSeconds` what is left
   * is told to stop; ends when it has, or some seconds later: what cannot stop must not keep the process.
   */
  async drain(graceSeconds: number): Promise<void> {
    this.#draining = true;
    if (this.inFlight === 0) return;
    const giveUp = () => this.#givingUp.abort(new LobarError('shutting-down', {}));
    const timer = setTimeout(giveUp, graceSeconds * 1000);
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    await Promise.race([idle, this.#stopped()]);
    clearTimeout(timer);
  }

  /** Some time after everybody was told to stop. */
  async #stopped(): Promise<void> {
    await once(this.givingUp, 'abort');
    await sleep(stoppingMs, undefined, { ref: false });
  }

  async #wait<Result>(work: () => Promise<Result>, admitted: Admitted): Promise<Result> {
    const signal = AbortSignal.any([admitted.signal, this.givingUp]);
    const since = this.#now();
    const turn = Promise.withResolvers<void>();
    // The place is taken at once, not when this function goes on: nobody may slip in between.
    const waiter: Waiter = {
      enter: () => {
        this.#working += 1;
        turn.resolve();
      },
      leave: (error) => {
        if (!this.#line.remove(waiter)) return;
        turn.reject(error);
        this.#tellIdle();
      },
    };
    const onAbort = () => waiter.leave(abortReason(signal));
    const tooLong = () => waiter.leave(this.atCapacity('place'));
    const timer = setTimeout(tooLong, this.#options.waitSeconds * 1000);
    signal.addEventListener('abort', onAbort, { once: true });
    admitted.onWait?.(this.#line.ahead(admitted));
    this.#line.push(admitted, waiter);
    if (signal.aborted) onAbort();
    try {
      await turn.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    }
    this.#working -= 1;
    return await this.#work(work, (this.#now() - since) / 1000);
  }

  async #work<Result>(work: () => Promise<Result>, waitedSeconds: number): Promise<Result> {
    this.#working += 1;
    const since = this.#now();
    try {
      this.#options.onPlace?.(waitedSeconds);
      const result = await work();
      // What fails, fails sooner than what is analysed: it says nothing about how long a place is held.
      const seconds = (this.#now() - since) / 1000;
      this.#meanSeconds = newest * seconds + (1 - newest) * (this.#meanSeconds ?? seconds);
      return result;
    } finally {
      this.#working -= 1;
      if (this.#working < this.#options.places) this.#line.shift()?.enter();
      if (this.#working < this.#options.places) for (const wake of this.#roomSeekers.splice(0)) wake();
      this.#tellIdle();
    }
  }

  #tellIdle(): void {
    if (this.inFlight === 0) for (const wake of this.#idle.splice(0)) wake();
  }
}
