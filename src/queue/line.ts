/** A line of messages that is shared by all processes, or by those of one process. */
export interface Line<Body> {
  /** Messages that nobody has in hand, as far as is known. */
  readonly waiting: number;
  /**
   * Puts one in. Of messages with the same id that come soon after one another only the first is kept.
   *
   * @returns whether it was a new one
   * @throws LobarError `at-capacity`, `queue-unavailable`
   */
  push(id: string, body: Body): Promise<boolean>;
  /** The next one, when there is one; undefined once the signal fires. Never throws. */
  take(signal: AbortSignal): Promise<Delivery<Body> | undefined>;
  /** Takes out one that nobody has in hand; where there is none, nothing happens. */
  drop(id: string): Promise<void>;
  /** Puts one that is given up where somebody can look at it, with the code of the error that it failed with. */
  bury(delivery: Delivery<Body>, reason: string): Promise<void>;
}

/** A message in the hands of one process: it comes again unless it is told what became of it. */
export interface Delivery<Body> {
  readonly id: string;
  readonly body: Body;
  /** Names the message, not what it is about; the same in every delivery. */
  readonly message: string;
  /** 1 for the first time. */
  readonly delivery: number;
  /** It is still worked on. */
  working(): void;
  /** It never comes again. */
  done(): Promise<void>;
  /** It comes again, to whoever takes it, not before this has passed; with 0 it is the next, if it can be. */
  again(delayMs: number): Promise<void>;
}
