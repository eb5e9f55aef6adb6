import { RecentMap } from '../recent-map.ts';

/** Who waits, and how urgently. */
export interface Turn {
  /** Whose request it is; every client has its turn, however many requests another one sends. */
  readonly client: string;
  /** Urgency as in RFC 9218 4.1: 0 the most urgent, 7 the least, 3 where nothing is said. */
  readonly urgency: number;
}

interface Waiting<Item> extends Turn {
  readonly item: Item;
  readonly since: number;
}

/** [ours] After so long in the line a request counts as one step more urgent, so that none waits for ever, ms. */
const agingMs = 60_000;

/**
 * A line in which the most urgent go first, among them the client that had its last turn the longest ago, and
 * of one client what came first.
 */
export class WaitingLine<Item> {
  readonly #now: () => number;
  readonly #waiting: Waiting<Item>[] = [];
  /** When a client had its last turn, as a count of turns; only of those that were here lately. */
  readonly #lastTurn = new RecentMap<string, number>(remembered);
  #turns = 0;

  /** @param now - milliseconds that only go up */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  get length(): number {
    return this.#waiting.length;
  }

  push(turn: Turn, item: Item): void {
    this.#waiting.push({ ...turn, item, since: this.#now() });
  }

  /** Whose turn it is, taken out of the line. */
  shift(): Item | undefined {
    const now = this.#now();
    const [next] = this.#waiting.toSorted(
      (a, b) => this.#urgency(a, now) - this.#urgency(b, now) || this.#turnOf(a) - this.#turnOf(b),
    );
    if (next === undefined) return undefined;
    this.#waiting.splice(this.#waiting.indexOf(next), 1);
    this.took(next.client);
    return next.item;
  }

  /** Notes that a client had a turn, also one that did not have to wait. */
  took(client: string): void {
    this.#turns += 1;
    this.#lastTurn.set(client, this.#turns);
  }

  /** How many would have their turn before one that came now, as far as urgency tells. */
  ahead({ urgency }: Turn): number {
    const now = this.#now();
    return this.#waiting.filter((one) => this.#urgency(one, now) <= urgency).length;
  }

  /**
   * Who has to go where there is no room for a newcomer: the last of the least urgent, of a client with at least two
   * more here than the newcomer's, or else of what is less urgent and of a client with no fewer than the
   * newcomer's. Stays in the line; nobody where the newcomer has to go.
   */
  yieldTo({ client, urgency }: Turn): Item | undefined {
    const now = this.#now();
    const counts = new Map<string, number>();
    for (const one of this.#waiting) counts.set(one.client, (counts.get(one.client) ?? 0) + 1);
    const own = counts.get(client) ?? 0;
    const countOf = (one: Turn) => counts.get(one.client) ?? 0;
    const last = (those: readonly Waiting<Item>[]) =>
      those.toSorted((a, b) => this.#urgency(a, now) - this.#urgency(b, now) || a.since - b.since).at(-1)
        ?.item;
    return (
      last(this.#waiting.filter((one) => countOf(one) >= own + 2)) ??
      last(this.#waiting.filter((one) => this.#urgency(one, now) > urgency && countOf(one) >= own))
    );
  }

  /** Takes one out that waits no more; whether it was there. */
  remove(item: Item): boolean {
    const place = this.#waiting.findIndex((one) => one.item === item);
    if (place >= 0) this.#waiting.splice(place, 1);
    return place >= 0;
  }

  #urgency({ urgency, since }: Waiting<Item>, now: number): number {
    return urgency - Math.floor((now - since) / agingMs);
  }

  #turnOf({ client }: Turn): number {
    return this.#lastTurn.get(client) ?? 0;
  }
}

/** How many clients' last turns are kept; names come from outside. */
const remembered = 1000;
