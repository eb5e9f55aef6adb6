/** What one stage took, and what its network alone takes for the same batches; 0 where it has none. */
export interface StageUse {
  readonly wallMs: number;
  /** Of all threads. */
  readonly cpuMs: number;
  readonly floorMs: number;
}

/** Networks take more than this part of a stage that they bound. */
const most = 0.5;
/** Fewer cores busy than this are one thread's work, and a little of the collector's. */
const oneThread = 1.25;
/** Fewer than this, and nobody computes. */
const waiting = 0.75;

/**
 * In words, what a stage waits for, from its figures alone: its network where that takes most of its time, else
 * what runs in JavaScript, in as many threads as there are cores busy.
 */
export function whatBounds({ wallMs, cpuMs, floorMs }: StageUse): string {
  const busy = cpuMs / wallMs;
  const share = Math.min(1, floorMs / wallMs);
  const cores = `${busy.toFixed(1)} cores busy`;
  if (share > most) return `its network, ${Math.round(100 * share)} % of its time; ${cores}`;
  if (busy < waiting) return `waiting; ${cores}`;
  const threads = busy < oneThread ? 'in one thread' : 'in several threads';
  return `JavaScript, ${Math.round(100 * (1 - share))} % of its time, ${threads}; ${cores}`;
}
