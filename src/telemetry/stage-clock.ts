import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Attributes } from '@opentelemetry/api';
import { inSpan } from './in-span.ts';

const nanosecondsPerMs = 1e6;

/** Wall time by stage of one analysis, and how long the main thread's event loop was held up meanwhile. */
export class StageClock {
  readonly #started = performance.now();
  readonly #stages = new Map<string, number>();
  readonly #loopDelay = monitorEventLoopDelay({ resolution: 5 });
  /** What stages within the one that runs have taken, ms. */
  #within = 0;

  constructor() {
    this.#loopDelay.enable();
  }

  /**
   * Runs one stage, adds its wall time and opens a trace span around it. What a stage within it takes counts as that
   * one's alone. Stages follow one another or lie within one another; they never overlap.
   *
   * @param describe - what the span says about the result
   */
  async time<Result>(
    stage: string,
    run: () => Promise<Result>,
    describe: (result: Result) => Attributes = () => ({}),
  ): Promise<Result> {
    const started = performance.now();
    const before = this.#within;
    this.#within = 0;
    try {
      return await inSpan(stage, {}, async (span) => {
        const result = await run();
        span.setAttributes(describe(result));
        return result;
      });
    } finally {
      const ms = performance.now() - started;
      this.add(stage, ms - this.#within);
      this.#within = before + ms;
    }
  }

  /** Adds time that was measured elsewhere, in another thread for instance. */
  add(stage: string, ms: number): void {
    this.#stages.set(stage, (this.#stages.get(stage) ?? 0) + ms);
  }

  /**
   * Stops the clock.
   *
   * @returns ms by stage, `total`, and `eventLoopP99`: the 99th percentile of the event loop's delay.
   */
  stop(): Record<string, number> & { total: number; eventLoopP99: number } {
    this.#loopDelay.disable();
    // The histogram measures the whole interval of its timer; the delay is what exceeds the 5 ms asked for.
    const p99 = Math.max(0, this.#loopDelay.percentile(99) / nanosecondsPerMs - 5);
    const stages = [...this.#stages].map(([stage, ms]) => [stage, roundMs(ms)] as const);
    return {
      ...Object.fromEntries(stages),
      total: roundMs(performance.now() - this.#started),
      eventLoopP99: roundMs(p99),
    };
  }
}

function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
