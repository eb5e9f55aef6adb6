import type { Network, PipelineNetworks, Stage, Tensor, TimeSpan } from '../pipeline/types.ts';
import { busySeconds, hrSeconds } from './busy-seconds.ts';
import type { ExecutionProvider } from './session-options.ts';

/** When and how a stage ran, as measured in the inference worker; plain data, to cross the thread. */
export interface StageRecord {
  readonly stage: Stage;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Runs of its networks, those too that were begun before the stage. */
  readonly batches: number;
  readonly provider: ExecutionProvider;
}

/**
 * Writes down the stages of one run.
 *
 * Its spans are made of this in the main thread, instead of here: the SDK is loaded once, one queue of spans is
 * flushed at the end, and no export waits behind what blocks this thread.
 */
export class StageRecorder {
  readonly #provider: ExecutionProvider;
  /** The clock of the wall is asked once a run: between two moments it may be set. */
  readonly #epoch = Date.now() - performance.now();
  readonly #ended: StageRecord[] = [];
  readonly #runs: Readonly<Record<Stage, TimeSpan[]>> = {
    lungs: [],
    classify: [],
    opacities: [],
    quantify: [],
  };
  #running: Pick<StageRecord, 'stage' | 'startedAt'> | undefined;

  constructor(provider: ExecutionProvider) {
    this.#provider = provider;
  }

  /** The same networks, whose runs are counted and timed. */
  counting({ lungsLobes, lungs, classifier, opacities }: PipelineNetworks): PipelineNetworks {
    const counted = (network: Network, stage: Stage): Network => {
      const { inFlight } = network;
      const count = async (input: Tensor) => {
        const asked = hrSeconds();
        let ran: TimeSpan | undefined;
        try {
          const answer = await network(input);
          ran = answer.ran;
          return answer;
        } finally {
          this.#runs[stage].push(ran ?? [asked, hrSeconds()]);
        }
      };
      return Object.assign(count, inFlight === undefined ? {} : { inFlight });
    };
    return {
      lungsLobes: counted(lungsLobes, 'lungs'),
      ...(lungs === undefined ? {} : { lungs: counted(lungs, 'lungs') }),
      classifier: counted(classifier, 'classify'),
      opacities: counted(opacities, 'opacities'),
    };
  }

  /** Hears the progress of the run: 0 when a stage starts, 1 when it ends (pipeline/stage-runner.ts). */
  progress(stage: Stage, fraction: number): void {
    if (fraction === 0) this.#running = { stage, startedAt: this.#now() };
    else if (fraction === 1) this.#end();
  }

  /**
   * How long at least one network was at work, also in vain: those that ran side by side count once. Whole when none
   * runs any more.
   */
  get networkSeconds(): number {
    return busySeconds(Object.values(this.#runs).flat());
  }

  /** All stages so far. One that still runs ends now: it has failed. */
  records(): readonly StageRecord[] {
    this.#end();
    return this.#ended;
  }

  #end(): void {
    if (this.#running === undefined) return;
    const runs = this.#runs[this.#running.stage];
    this.#ended.push({
      ...this.#running,
      endedAt: this.#now(),
      batches: runs.length,
      provider: this.#provider,
    });
    this.#running = undefined;
  }

  #now(): number {
    return this.#epoch + performance.now();
  }
}
