import { LobarError } from '../../errors.ts';
import { planResize, type ResizePlan, resizePlaneBy } from '../../volume/resize.ts';
import type { CtVolume } from '../../volume/types.ts';
import { windowHu } from '../../volume/window.ts';
import { type Lobe, lobes, type Network, type PipelineHooks, type PipelineParameters } from '../types.ts';
import { tissueHu } from './body-mask.ts';
import type { WorkGrid } from './work-grid.ts';

/** What the network said, one plane of its own grid for each slice that it was asked about. */
export interface NetworkLobes {
  /** [height, width] of a plane. */
  readonly size: readonly [number, number];
  /** Slices of the volume, feet to head. */
  readonly slices: readonly number[];
  /** What lies between two slices that were asked about, in slices. */
  readonly step: number;
  /** Probability of lung (1 - background) times 255, a plane a slice. */
  readonly lung: readonly Uint8Array[];
  /** The likeliest lobe (index in `lobes` + 1) wherever lung is possible at all, else 0; a plane a slice. */
  readonly lobe: readonly Uint8Array[];
}

export interface NetworkHooks extends Pick<PipelineHooks, 'throwIfCancelled'> {
  readonly onFraction: (fraction: number) => void;
}

/** Six channels of a softmax that was worked out in half precision (eps 2^-11) sum to 1 within this. */
const halfPrecision = 0.01;
/** Below this probability of lung (of 255) a pixel has no lobe. */
const faintest = 13;

/**
 * Asks the lobe network about the slices that hold air inside the body, no two nearer than `sliceStepMm`:
 * three slices a sample, at z - contextMm, z and z + contextMm (clamped at the ends), resized to the input
 * size and windowed to [0, 1]. PIPELINE.md 3.
 *
 * @throws LobarError `inference-failed` when the network's answer is not a probability for every label
 */
export async function askLobeNetwork(
  volume: CtVolume,
  grid: WorkGrid,
  body: Uint8Array,
  network: Network,
  parameters: PipelineParameters['lungsLobes'],
  hooks: NetworkHooks,
): Promise<NetworkLobes> {
  const { inputSize, batchSize, contextMm } = parameters;
  const step = Math.max(1, Math.ceil(parameters.sliceStepMm / volume.spacingMm[0] - 1e-3));
  const slices = slicesToAsk(volume, grid, body, step);
  const context = Math.max(1, Math.round(contextMm / volume.spacingMm[0]));
  const planes = windowedPlanes(volume, parameters, context);
  const planeSize = inputSize[0] * inputSize[1];
  const lung: Uint8Array[] = [];
  const lobe: Uint8Array[] = [];
  for (let first = 0; first < slices.length; first += batchSize) {
    hooks.throwIfCancelled();
    const batch = slices.slice(first, first + batchSize);
    // The runtime keeps its memory by shape: the last batch is as large as the others, its tail unused.
    const data = new Float32Array(batchSize * 3 * planeSize);
    batch.forEach((z, sample) => {
      [-context, 0, context].forEach((offset, channel) => {
        data.set(planes(z + offset), (sample * 3 + channel) * planeSize);
      });
    });
    const output = await network({ data, dims: [batchSize, 3, inputSize[0], inputSize[1]] });
    const channels = parameters.labels.length * planeSize;
    assertLength(output.data, batchSize * channels);
    batch.forEach((_, sample) => {
      const answer = output.data.subarray(sample * channels, (sample + 1) * channels);
      assertProbabilities(answer, planeSize);
      const plane = readAnswer(answer, planeSize, parameters.labels);
      lung.push(plane.lung);
      lobe.push(plane.lobe);
    });
    hooks.onFraction((first + batch.length) / slices.length);
  }
  return { size: inputSize, slices, step, lung, lobe };
}

function slicesToAsk(volume: CtVolume, { hu, shape, factors }: WorkGrid, body: Uint8Array, step: number) {
  const sliceSize = shape[1] * shape[2];
  const hasAir = Array.from({ length: shape[0] }, (_, z) => {
    for (let i = z * sliceSize; i < (z + 1) * sliceSize; i++) {
      if (body[i] !== 0 && (hu[i] as number) < tissueHu) return true;
    }
    return false;
  });
  const slices: number[] = [];
  for (let z = 0; z < volume.shape[0]; z += step) if (hasAir[Math.floor(z / factors[0])]) slices.push(z);
  return slices;
}

/** Slices on the network's grid, windowed; those that a later sample may ask for again are kept. */
function windowedPlanes(
  { data, shape }: CtVolume,
  { inputSize, window }: PipelineParameters['lungsLobes'],
  context: number,
): (z: number) => Float32Array {
  const sliceSize = shape[1] * shape[2];
  const plan: ResizePlan = planResize([shape[1], shape[2]], inputSize);
  const kept = new Map<number, Float32Array>();
  return (z) => {
    const slice = Math.min(shape[0] - 1, Math.max(0, z));
    let plane = kept.get(slice);
    if (plane === undefined) {
      plane = resizePlaneBy(plan, data.subarray(slice * sliceSize, (slice + 1) * sliceSize));
      windowHu(plane, window, plane);
      for (const old of kept.keys()) if (old < slice - 2 * context) kept.delete(old);
      kept.set(slice, plane);
    }
    return plane;
  };
}

function assertLength(output: Float32Array, length: number): void {
  if (output.length === length) return;
  const problem = `the lobe network answered ${output.length} numbers instead of ${length}`;
  throw new LobarError('inference-failed', { problem });
}

/** Whether the channels of every pixel of one sample are probabilities that sum to 1. */
function assertProbabilities(answer: Float32Array, planeSize: number): void {
  for (let p = 0; p < planeSize; p++) {
    let sum = 0;
    let magnitude = 0;
    for (let at = p; at < answer.length; at += planeSize) {
      const value = answer[at] as number;
      sum += value;
      magnitude += value < 0 ? -value : value;
    }
    // Every comparison with a NaN is false. Where the sum is 1 and no channel below 0, none is above 1.
    if (sum >= 1 - halfPrecision && magnitude <= 1 + halfPrecision) continue;
    const problem = 'the lobe network did not answer probabilities (softmax inside)';
    throw new LobarError('inference-failed', { problem });
  }
}

function readAnswer(
  answer: Float32Array,
  planeSize: number,
  labels: readonly (Lobe | 'background')[],
): { lung: Uint8Array; lobe: Uint8Array } {
  const channelOf = (label: Lobe | 'background') => labels.indexOf(label) * planeSize;
  const background = channelOf('background');
  const channels = lobes.map(channelOf);
  const lung = new Uint8Array(planeSize);
  const lobe = new Uint8Array(planeSize);
  for (let p = 0; p < planeSize; p++) {
    const probability = Math.round(255 * (1 - (answer[background + p] as number)));
    if (probability < faintest) continue;
    lung[p] = probability;
    let best = 0;
    for (let k = 1; k < channels.length; k++) {
      const value = answer[(channels[k] as number) + p] as number;
      if (value > (answer[(channels[best] as number) + p] as number)) best = k;
    }
    lobe[p] = best + 1;
  }
  return { lung, lobe };
}
