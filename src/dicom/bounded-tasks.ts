/** Runs a bounded number of tasks at a time and remembers the first that failed. */
export class BoundedTasks {
  readonly #limit: number;
  readonly #running = new Set<Promise<void>>();
  readonly #failure = Promise.withResolvers<never>();

  constructor(limit: number) {
    this.#limit = limit;
    // Whoever races against it handles it; nobody may have to.
    this.#failure.promise.catch(() => {});
  }

  /** Rejects when the first task fails; never resolves. */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  /** Starts the task and comes back when there is room for another. Throws what an earlier task threw. */
  async start(task: () => Promise<void>): Promise<void> {
    const running: Promise<void> = task()
      .catch((error: unknown) => this.#failure.reject(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
    while (this.#running.size >= this.#limit) {
      await Promise.race([...this.#running, this.#failure.promise]);
    }
  }

  /** Waits for all tasks, whether they fail or not. */
  async settle(): Promise<void> {
    await Promise.all(this.#running);
  }

  /** Waits for all tasks. Throws what the first failed one threw. */
  async finish(): Promise<void> {
    await this.settle();
    await Promise.race([this.#failure.promise, Promise.resolve()]);
  }
}
