import { once } from 'node:events';
import type { Delivery, Line } from '../line.ts';
import { queueFull } from '../queue-full.ts';

interface Waiting<Body> {
  readonly id: string;
  readonly body: Body;
  readonly message: string;
  readonly deliveries: number;
}

/** A line in the memory of this process: it ends with it. */
export class MemoryLine<Body> implements Line<Body> {
  readonly #length: number;
  readonly #ackMs: number;
  readonly #waiting: Waiting<Body>[] = [];
  /** Not to be taken yet, or in somebody's hands, with the timer that brings it back. */
  readonly #elsewhere = new Map<string, NodeJS.Timeout>();
  /** Those of them that are in somebody's hands. */
  readonly #inHand = new Set<string>();
  readonly #arrivals = new EventTarget();
  #messages = 0;

  /** @param ackMs - one that nobody gave a sign of for so long comes again */
  constructor(length: number, ackMs: number) {
    this.#length = length;
    this.#ackMs = ackMs;
  }

  /** With those that are not to be taken yet: they are in memory as well. */
  get waiting(): number {
    return this.#waiting.length + this.#elsewhere.size - this.#inHand.size;
  }

  async push(id: string, body: Body): Promise<boolean> {
    if (this.#elsewhere.has(id) || this.#waiting.some((one) => one.id === id)) return false;
    if (this.waiting >= this.#length) {
      throw queueFull();
    }
    this.#messages += 1;
    this.#put({ id, body, message: String(this.#messages), deliveries: 0 });
    return true;
  }

  async take(signal: AbortSignal): Promise<Delivery<Body> | undefined> {
    while (!signal.aborted) {
      const next = this.#waiting.shift();
      if (next !== undefined) return this.#deliver(next);
      // Aborted: the loop ends.
      await once(this.#arrivals, 'arrival', { signal }).catch(() => {});
    }
    return undefined;
  }

  async drop(id: string): Promise<void> {
    const at = this.#waiting.findIndex((one) => one.id === id);
    if (at >= 0) this.#waiting.splice(at, 1);
    if (!this.#inHand.has(id)) this.#leave(id);
  }

  /** Nobody could look at it: the log has told. */
  async bury(): Promise<void> {}

  /** Forgets what waits, so that no timer keeps the process. */
  close(): void {
    for (const timer of this.#elsewhere.values()) clearTimeout(timer);
    this.#elsewhere.clear();
    this.#inHand.clear();
    this.#waiting.length = 0;
  }

  #put(one: Waiting<Body>, { first = false } = {}): void {
    this.#leave(one.id);
    if (first) this.#waiting.unshift(one);
    else this.#waiting.push(one);
    this.#arrivals.dispatchEvent(new Event('arrival'));
  }

  #leave(id: string): void {
    clearTimeout(this.#elsewhere.get(id));
    this.#elsewhere.delete(id);
    this.#inHand.delete(id);
  }

  #deliver({ id, body, message, deliveries }: Waiting<Body>): Delivery<Body> {
    const delivery = deliveries + 1;
    const one = { id, body, message, deliveries: delivery };
    const backAfter = (ms: number) => {
      clearTimeout(this.#elsewhere.get(id));
      this.#elsewhere.set(
        id,
        setTimeout(() => this.#put(one), ms),
      );
    };
    let mine = true;
    const inHand = () => mine && this.#inHand.has(id);
    this.#inHand.add(id);
    backAfter(this.#ackMs);
    return {
      ...{ id, body, message, delivery },
      working: () => {
        if (inHand()) backAfter(this.#ackMs);
      },
      done: async () => {
        if (inHand()) this.#leave(id);
        mine = false;
      },
      again: async (delayMs) => {
        if (!inHand()) return;
        mine = false;
        if (delayMs <= 0) return this.#put(one, { first: true });
        backAfter(delayMs);
        this.#inHand.delete(id);
      },
    };
  }
}
