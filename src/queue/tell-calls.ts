import type { Line } from './line.ts';
import { retryDelayMs } from './retry.ts';

/** Who tells others. */
export interface Caller<Call> {
  /** @returns undefined where it was taken; else why not. @throws whatever is no fault of who is told */
  readonly tell: (id: string, call: Call, signal: AbortSignal) => Promise<string | undefined>;
  /** How often that is tried. */
  readonly deliveries: (call: Call) => number;
  readonly onTold: (call: Call) => void;
  readonly onFailed: (call: Call, problem: string, how: { readonly givenUp: boolean }) => void;
  /** A message for its problem, of what was thrown. */
  readonly problemOf: (error: unknown) => string;
}

const firstMs = 5000;
const longestMs = 3_600_000;
/** What is told at once; one who is slow does not keep the others. */
const atOnce = 8;

/** Tells what there is to tell, again and again while somebody does not take it, until the signal fires. */
export async function tellCalls<Call>(
  line: Line<Call>,
  caller: Caller<Call>,
  ackMs: number,
  signal: AbortSignal,
): Promise<void> {
  const one = async () => {
    while (!signal.aborted) {
      const delivery = await line.take(signal);
      if (delivery === undefined) return;
      const { id, body, delivery: attempt } = delivery;
      const heartbeat = setInterval(() => delivery.working(), ackMs / 3);
      try {
        const problem = await caller.tell(id, body, signal).catch(caller.problemOf);
        if (problem === undefined) {
          caller.onTold(body);
          await delivery.done();
        } else if (attempt >= caller.deliveries(body)) {
          caller.onFailed(body, problem, { givenUp: true });
          await delivery.done();
        } else {
          caller.onFailed(body, problem, { givenUp: false });
          await delivery.again(
            retryDelayMs({ details: {} }, { attempt, firstMs, longestMs, random: Math.random() }),
          );
        }
      } catch (error) {
        // The queue itself: what is in its hands comes again.
        caller.onFailed(body, caller.problemOf(error), { givenUp: false });
      } finally {
        clearInterval(heartbeat);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}
