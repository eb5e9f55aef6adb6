import { ServiceProblem } from '../service/service-problem.ts';

export interface EligibilityQueue {
  /** Has something asked in its turn. */
  add(ask: () => Promise<void>): void;
  /** Forgets what has not begun. */
  clear(): void;
}

/** Asks few things at once, in the order in which they came; waits where the service says that it is asked too much. */
export function openEligibilityQueue(atOnce = 2): EligibilityQueue {
  let waiting: (() => Promise<void>)[] = [];
  let running = 0;
  const next = () => {
    while (running < atOnce) {
      const ask = waiting.shift();
      if (ask === undefined) return;
      running += 1;
      void patiently(ask).finally(() => {
        running -= 1;
        next();
      });
    }
  };
  return {
    add(ask) {
      waiting.push(ask);
      next();
    },
    clear() {
      waiting = [];
    },
  };
}

const tries = 3;

/** `ask` shows its own failures, and throws one only to be asked again. */
async function patiently(ask: () => Promise<void>): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await ask();
    } catch (thrown) {
      const seconds = thrown instanceof ServiceProblem ? thrown.retryAfterSeconds : undefined;
      if (seconds === undefined || tried >= tries) return;
      await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    }
  }
}
