/** Runs a bounded number of tasks at a time, started by one caller, and remembers the first that failed. */
export class BoundedTasks {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  readonly #failure = Promise.withResolvers<never>();
  #failed: { readonly error: unknown } | undefined;
  /** Who waits for room. Not a Promise.race against `failure`: that would remember every wait. */
  #wake: (() => void) | undefined;

  constructor(limit: number) {
    this.#limit = limit;
    // Whoever waits for it handles it; nobody may have to.
    this.#failure.promise.catch(() => {});
  }

  /** Rejects when the first task fails; never resolves. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Starts the task and comes back when there is room for another. Throws what an earlier task threw. */
  async start(task: () => Promise<void>): Promise<void> {
    const running: Promise<void> = task()
      .catch((error: unknown) => this.#fail(error))
      .finally(() => {
        this.#running.delete(running);
        this.#wake?.();
      });
    this.#running.add(running);
    while (this.#running.size >= this.#limit && this.#failed === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#throwIfFailed();
  }

  /** Waits for all tasks, whether they fail or not. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Waits for all tasks. Throws what the first failed one threw. */
  async finish(): Promise<void> {
    await this.settle();
    this.#throwIfFailed();
  }

  #fail(error: unknown): void {
    this.#failed ??= { error };
    this.#failure.reject(error);
  }

  #throwIfFailed(): void {
    if (this.#failed !== undefined) throw this.#failed.error;
  }
}
