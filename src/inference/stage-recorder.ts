import type { Network, PipelineNetworks, Stage } from '../pipeline/types.ts';
import type { ExecutionProvider } from './session-options.ts';

/** When and how a stage ran, as measured in the inference worker; plain data, to cross the thread. */
export interface StageRecord {
  readonly stage: Stage;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Runs of a network. */
  readonly batches: number;
  /** How long these took together. */
  readonly networkSeconds: number;
  readonly provider: ExecutionProvider;
}

/**
 * Writes down the stages of one run.
 *
 * Its spans are made of this in the main thread, instead of here: the SDK is loaded once, one queue of spans is
 * flushed at the end, and no export waits behind a native run that blocks this thread.
 */
export class StageRecorder {
  readonly #provider: ExecutionProvider;
  /** The clock of the wall is asked once a run: between two moments it may be set. */
  readonly #epoch = Date.now() - performance.now();
  readonly #ended: StageRecord[] = [];
  #running:
    | (Pick<StageRecord, 'stage' | 'startedAt'> & { batches: number; networkSeconds: number })
    | undefined;

  constructor(provider: ExecutionProvider) {
    this.#provider = provider;
  }

  /** The same networks, whose runs are counted and timed. */
  counting({ lungsLobes, lungs, classifier, opacities }: PipelineNetworks): PipelineNetworks {
    const counted = (network: Network): Network => {
      return async (input) => {
        const started = performance.now();
        try {
          return await network(input);
        } finally {
          if (this.#running !== undefined) {
            this.#running.batches += 1;
            this.#running.networkSeconds += (performance.now() - started) / 1000;
          }
        }
      };
    };
    return {
      lungsLobes: counted(lungsLobes),
      ...(lungs === undefined ? {} : { lungs: counted(lungs) }),
      classifier: counted(classifier),
      opacities: counted(opacities),
    };
  }

  /** Hears the progress of the run: 0 when a stage starts, 1 when it ends (pipeline/stage-runner.ts). */
  progress(stage: Stage, fraction: number): void {
    if (fraction === 0) this.#running = { stage, startedAt: this.#now(), batches: 0, networkSeconds: 0 };
    else if (fraction === 1) this.#end();
  }

  /** All stages so far. One that still runs ends now: it has failed. */
  records(): readonly StageRecord[] {
    this.#end();
    return this.#ended;
  }

  #end(): void {
    if (this.#running === undefined) return;
    this.#ended.push({ ...this.#running, endedAt: this.#now(), provider: this.#provider });
    this.#running = undefined;
  }

  #now(): number {
    return this.#epoch + performance.now();
  }
}
