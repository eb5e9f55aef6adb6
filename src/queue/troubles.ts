import { RecentMap } from '../recent-map.ts';

/** How many messages are known by their troubles at most. */
const most = 10_000;

/** How often the queue failed with a message in the hands of this process. */
export class Troubles {
  readonly #counts = new RecentMap<string, number>(most);

  /** @returns how often it failed by now, with this time */
  another(message: string): number {
    const count = (this.#counts.get(message) ?? 0) + 1;
    this.#counts.set(message, count);
    return count;
  }

  forget(message: string): void {
    this.#counts.delete(message);
  }
}
