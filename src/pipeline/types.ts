import type { StretchTargets } from '../volume/bcet.ts';
import type { LabelMap } from '../volume/types.ts';
import type { WindowHu } from '../volume/window.ts';

/** A dense float32 tensor, row-major. */
export interface Tensor {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** From a moment to a later one: seconds of `process.hrtime()`, a clock that all threads of a process share. */
export type TimeSpan = readonly [began: number, ended: number];

/** What a network answers. */
export interface Answer extends Tensor {
  /**
   * The data of the input, where the network had moved them elsewhere: they may be overwritten, and sent again. The data
   * of the answer then belong to who asked as well, and may be given back when they are read.
   */
  readonly input?: Float32Array;
  /** When the network itself worked, where that is not the time of waiting for it: others were before it. */
  readonly ran?: TimeSpan;
}

/**
 * A network is an argument: the pipeline knows nothing of the runtime behind it. It may take the buffer of the
 * input away (a transfer to another thread); where it does, the answer gives it back.
 */
export interface Network {
  (input: Tensor): Promise<Answer>;
  /**
   * How many batches keep it busy, of those that are on their way at once: at least so many are (run-batches.ts). Absent:
   * one, and the next when it was answered.
   */
  readonly inFlight?: number;
}

/** The five lobes in the order of PIPELINE.md 3; a lobe's label is its index + 1. */
export const lobes = ['RUL', 'RML', 'RLL', 'LUL', 'LLL'] as const;
export type Lobe = (typeof lobes)[number];

/** The three classes of PIPELINE.md 4. */
export const classes = ['covid-19', 'other-infection', 'no-imaging-signs'] as const;
export type CovidClass = (typeof classes)[number];

export const severityBands = ['none', 'mild', 'moderate', 'severe'] as const;
export type SeverityBand = (typeof severityBands)[number];
export type LobeScore = 0 | 1 | 2 | 3 | 4 | 5;

/** The two lungs as a network of PIPELINE.md 3 may name them; a side's label is its index + 1. */
export const lungSideNames = ['right-lung', 'left-lung'] as const;
export type LungSideName = (typeof lungSideNames)[number];

/** How windowed values become what a network was trained on; where a field is absent, nothing is done. */
export interface InputScaling {
  /** What the window's lower and upper edge become; [0, 1] by default. */
  readonly range?: readonly [low: number, high: number];
  /** After that (value - mean) / std: one number for all channels, or one for each. */
  readonly normalise?: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** What is still to be done to a network's answer to make it probabilities, over its channels. */
export const activations = ['none', 'sigmoid', 'softmax'] as const;
export type Activation = (typeof activations)[number];

/** What every network says that is asked about slices. */
export interface SliceNetworkParameters extends InputScaling {
  /** [height, width] of the network's input. */
  readonly inputSize: readonly [number, number];
  readonly window: WindowHu;
  /** Channels of the input. */
  readonly channels?: number;
  /** From one channel's slice to the next one's, mm, the slice itself in the middle; absent: the slice in each. */
  readonly contextMm?: number;
  readonly batchSize: number;
  /** 'none' by default. */
  readonly activation?: Activation;
}

/** What a network says that names the lungs' parts, and of which `Label` are its parts. */
export interface LungNetworkParameters<Label extends string> extends SliceNetworkParameters {
  /** The network is asked at most once in this many mm of height; labels between are the nearest ones. */
  readonly sliceStepMm: number;
  /** It sees the box around the body only, one for all slices; absent: whole slices. */
  readonly crop?: 'body';
  /** What each output channel means. */
  readonly labels: readonly (Label | 'background')[];
}

/** What an output channel of an opacity network means; `background` is all that is no opacity. */
export const opacityLabels = ['background', 'opacity'] as const;
export type OpacityLabel = (typeof opacityLabels)[number];

/** What a site's model packages say about their networks; the pipeline's only parameters. */
export interface PipelineParameters {
  /** Three channels by default. */
  readonly lungsLobes: LungNetworkParameters<Lobe>;
  /** Of a second opinion on the lungs, which knows sides only; three channels by default. */
  readonly lungs?: LungNetworkParameters<LungSideName>;
  readonly classifier: InputScaling & {
    /** [depth, height, width] of the network's input. */
    readonly inputSize: readonly [number, number, number];
    readonly window: WindowHu;
    readonly labels: readonly CovidClass[];
    /** PIPELINE.md 4: P(no-imaging-signs) above the first decides, else P(covid-19) above the second. */
    readonly thresholds: { readonly noImagingSigns: number; readonly covid19: number };
    /** 'none' by default. */
    readonly activation?: Activation;
  };
  /** One channel by default. */
  readonly opacities: SliceNetworkParameters & {
    /** Balance contrast enhancement; absent: the window only. */
    readonly bcet?: StretchTargets;
    /** What each output channel means; those of `opacity` are added up. One channel of it by default. */
    readonly labels?: readonly OpacityLabel[];
    readonly threshold: number;
    /** A region of opacity that nowhere rises above this is dropped; none is without it. */
    readonly peakThreshold?: number;
    /** A lobe with less opacity than this has score 0, mL. */
    readonly noiseFloorMl: number;
  };
}

export interface PipelineNetworks {
  readonly lungsLobes: Network;
  /** There if, and only if, `PipelineParameters.lungs` is. */
  readonly lungs?: Network;
  readonly classifier: Network;
  readonly opacities: Network;
}

/** Stages in the order in which they run. */
export const stages = ['lungs', 'classify', 'opacities', 'quantify'] as const;
export type Stage = (typeof stages)[number];

/** What the pipeline tells and asks while it runs. */
export interface PipelineHooks {
  /** Called with a stage and its fraction done, 0 to 1; 0 when it starts, 1 when it ends. */
  readonly onProgress: (stage: Stage, fraction: number) => void;
  /** Called between batches; throws to stop the run. */
  readonly throwIfCancelled: () => void;
  /**
   * Called with the lobes as soon as they are known and the classifier is at work on them, of a volume with enough
   * lung. It must not throw.
   */
  readonly onLobes?: (lobes: LabelMap) => void;
}

export interface Classification {
  readonly decision: CovidClass;
  /** Sum to 1. */
  readonly probabilities: Readonly<Record<CovidClass, number>>;
}

export interface RegionInvolvement {
  readonly lungMl: number;
  readonly opacityMl: number;
  /** opacityMl / lungMl x 100; 0 where the region is empty. */
  readonly percent: number;
}

export interface LobeInvolvement extends RegionInvolvement {
  readonly lobe: Lobe;
  readonly score: LobeScore;
}

export interface Involvement extends RegionInvolvement {
  readonly right: RegionInvolvement;
  readonly left: RegionInvolvement;
  /** In the order of `lobes`. */
  readonly lobes: readonly LobeInvolvement[];
}

export interface Severity {
  /** CT severity score, 0 to 25. */
  readonly score: number;
  readonly band: SeverityBand;
}

/** What the pipeline found: the numbers of PIPELINE.md 4 and 6. */
export interface Findings {
  readonly classification: Classification;
  readonly involvement: Involvement;
  readonly severity: Severity;
}

/** Masks on the volume's own grid. */
export interface PipelineMasks {
  /** 0 outside the lungs, else the lobe's label (index in `lobes` + 1). */
  readonly lobes: LabelMap;
  /** 1 where there is opacity, inside the lungs only. */
  readonly opacities: LabelMap;
}
