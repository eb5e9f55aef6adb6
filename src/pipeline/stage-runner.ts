import { type PipelineHooks, type Stage, stages } from './types.ts';

/** Runs stages one after the other: times them, tells when each starts and ends, stops between them. */
export class StageRunner {
  readonly #hooks: PipelineHooks;
  readonly #now: () => number;
  readonly #timings = new Map<Stage, number>();

  constructor(hooks: PipelineHooks, now: () => number) {
    this.#hooks = hooks;
    this.#now = now;
  }

  /** Wall time by stage, 0 for one that did not run. */
  get timingsMs(): Record<Stage, number> {
    const entries = stages.map((stage) => [stage, this.#timings.get(stage) ?? 0] as const);
    return Object.fromEntries(entries) as Record<Stage, number>;
  }

  /**
   * Runs one stage with hooks of its own, which pass on only what moves forward: whatever the stage tells,
   * 0 and 1 come exactly once.
   */
  async run<Result>(stage: Stage, step: (hooks: PipelineHooks) => Promise<Result> | Result): Promise<Result> {
    this.#hooks.throwIfCancelled();
    const started = this.#now();
    let told = -1;
    const onProgress = (of: Stage, fraction: number) => {
      if (fraction <= told) return;
      told = fraction;
      this.#hooks.onProgress(of, fraction);
    };
    onProgress(stage, 0);
    const result = await step({ onProgress, throwIfCancelled: () => this.#hooks.throwIfCancelled() });
    this.#timings.set(stage, this.#now() - started);
    onProgress(stage, 1);
    return result;
  }
}
