/** Whether a loop still turns, for a liveness probe: a hung one is to be restarted. */
export interface Pulse {
  /** It moves on, and will again within its time; this much later where it waits on purpose, ms. */
  turned(laterMs?: number): void;
  alive(): boolean;
}

/** @param withinMs - the longest that may pass between two turns */
export function openPulse(withinMs: number): Pulse {
  let due = performance.now() + withinMs;
  return {
    turned(laterMs = 0) {
      due = performance.now() + withinMs + laterMs;
    },
    alive: () => performance.now() <= due,
  };
}
