import { inHand } from './in-hand.ts';
import type { Delivery, Line } from './line.ts';
import { backoffMs } from './retry.ts';

/** Who tells others. */
export interface Caller<Call> {
  /** @returns undefined where it was taken; else why not. @throws whatever is no fault of who is told */
  readonly tell: (id: string, call: Call, signal: AbortSignal) => Promise<string | undefined>;
  /** How often that is tried. */
  readonly deliveries: (call: Call) => number;
  readonly onTold: (call: Call) => void;
  readonly onFailed: (
    id: string,
    call: Call,
    how: { readonly problem: string; readonly givenUp: boolean },
  ) => void;
  /** A message for its problem, of what was thrown. */
  readonly problemOf: (error: unknown) => string;
}

const firstMs = 5000;
const longestMs = 3_600_000;
/** What is told at once; one who is slow does not keep the others. */
const atOnce = 8;

export interface CallsOptions {
  /** A call in hand that gives no sign for so long comes again, ms. */
  readonly ackMs: number;
  /** No more are taken once it fires; those in hand are told to their end. */
  readonly stopped: AbortSignal;
  /** Those still in hand are broken off once it fires, and go back: that is no fault of who is told. */
  readonly givingUp: AbortSignal;
}

/** Tells what there is to tell, again and again while somebody does not take it, until it is stopped. Never throws. */
export async function tellCalls<Call>(
  line: Line<Call>,
  caller: Caller<Call>,
  { ackMs, stopped, givingUp }: CallsOptions,
): Promise<void> {
  const tell = async (delivery: Delivery<Call>): Promise<void> => {
    const { id, body, delivery: attempt } = delivery;
    const problem = await caller.tell(id, body, givingUp).catch(caller.problemOf);
    if (problem === undefined) {
      caller.onTold(body);
      return await delivery.done();
    }
    // Also the last one: a line counts its deliveries itself, and whoever takes it next tells it once in any case.
    if (givingUp.aborted) return await delivery.again(0);
    const givenUp = attempt >= caller.deliveries(body);
    caller.onFailed(id, body, { problem, givenUp });
    if (givenUp) return await delivery.done();
    const random = Math.random();
    await delivery.again(backoffMs({ attempt, firstMs, longestMs, random }));
  };
  const one = async () => {
    while (!stopped.aborted) {
      const delivery = await line.take(stopped);
      if (delivery === undefined) return;
      await inHand(delivery, ackMs, () => tell(delivery)).catch((error: unknown) => {
        // The queue itself: what is in its hands comes again.
        const { id, body } = delivery;
        caller.onFailed(id, body, { problem: caller.problemOf(error), givenUp: false });
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
