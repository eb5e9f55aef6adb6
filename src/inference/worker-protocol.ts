import type { InferenceConfig } from '../config-schema.ts';
import type { PlainError } from '../errors.ts';
import type { PipelineResult } from '../pipeline/run-pipeline.ts';
import type { LungGrid } from '../pipeline/trees/lung-grid.ts';
import type { PipelineMasks, PipelineParameters, Stage } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import type { Lanes } from './lane-networks.ts';
import type { ExecutionProvider } from './session-options.ts';
import type { StageRecord } from './stage-recorder.ts';

/** What the thread of a pipeline is started with. */
export interface WorkerStart {
  readonly parameters: PipelineParameters;
  /** What the lanes run the networks on. */
  readonly provider: ExecutionProvider;
  readonly lanes: Lanes;
}

export type WorkerSettings = Pick<InferenceConfig, 'provider' | 'threads' | 'variants'>;

type Found = Extract<PipelineResult, { kind: 'found' }>;

/** What the pipeline found; its masks, two bytes a voxel, only where they were asked for. */
export type InferenceResult =
  | Exclude<PipelineResult, { kind: 'found' }>
  | (Omit<Found, 'masks'> & { readonly masks?: PipelineMasks });

export interface RunOptions {
  readonly minLungMl?: number;
  readonly keepMasks: boolean;
  /** Tell of the lungs as soon as they are known. */
  readonly tellLungs: boolean;
}

/** To the worker. The next run is sent when the one before it was answered; `close` likewise. */
export type ToWorker =
  | {
      readonly kind: 'run';
      readonly volume: CtVolume;
      readonly options: RunOptions;
      /** One element in shared memory; not 0: stop at the next batch. A message would wait behind the run. */
      readonly cancel: Int32Array<SharedArrayBuffer>;
    }
  | { readonly kind: 'close' };

/** From the worker: once `ready`, then for each run any `progress` and one `done` or `failed`. */
export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly stage: Stage; readonly fraction: number }
  /** At most once a run, where it was asked for. */
  | { readonly kind: 'lungs'; readonly lungs: LungGrid }
  | ({ readonly kind: 'done'; readonly result: InferenceResult } & RunRecord)
  | ({ readonly kind: 'failed'; readonly error: PlainError } & RunRecord);

/** What is told of a run however it ended. */
interface RunRecord {
  readonly stages: readonly StageRecord[];
  /** How long at least one network was at work. */
  readonly networkSeconds: number;
}
