import type { MessagePort } from 'node:worker_threads';
import type { Notice, PlainError } from '../errors.ts';
import type { PipelineNetworks, Tensor, TimeSpan } from '../pipeline/types.ts';
import type { LanePlan } from './lane-plan.ts';
import type { PipelinePackages } from './pipeline-parameters.ts';
import type { ExecutionProvider } from './session-options.ts';
import type { WorkerSettings } from './worker-protocol.ts';

/** What a lane is started with. */
export interface LaneStart {
  readonly packages: PipelinePackages;
  readonly settings: WorkerSettings;
  /** For each provider that may come to run the networks. */
  readonly plans: Readonly<Partial<Record<ExecutionProvider, LanePlan>>>;
  readonly load: LaneLoad;
  /** Its place among the lanes, from 0. */
  readonly lane: number;
}

/**
 * Of each lane the batches that were sent to it and are not answered, in memory that all threads share: a pipeline that
 * counted the answers that it has heard would take a lane for busy that ended while the pipeline computed.
 */
export type LaneLoad = Int32Array<SharedArrayBuffer>;

/** To the lane. `close` comes when nothing more is asked. */
export type ToLane = { readonly kind: 'serve'; readonly port: MessagePort } | { readonly kind: 'close' };

/** From the lane: which provider it takes, as soon as that is certain, then once `ready` or `refused`. */
export type FromLane =
  | { readonly kind: 'provider'; readonly provider: ExecutionProvider }
  | { readonly kind: 'ready'; readonly provider: ExecutionProvider; readonly notices: readonly Notice[] }
  | { readonly kind: 'refused'; readonly error: PlainError };

/** One batch on its way from a pipeline to a lane; the buffer moves with it. */
export interface LaneBatch {
  readonly id: number;
  readonly network: keyof PipelineNetworks;
  readonly input: Tensor;
}

/** What comes back, the buffer of the input too. */
export interface LaneAnswer {
  readonly id: number;
  readonly input: Float32Array<ArrayBuffer>;
  /** Of the run itself. */
  readonly ran: TimeSpan;
  readonly said: { readonly answer: Tensor } | { readonly error: PlainError };
}
