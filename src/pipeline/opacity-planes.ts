import { LobarError } from '../errors.ts';
import { takingTurns } from '../event-loop-turns.ts';
import { areWithin } from '../volume/range-check.ts';
import { openSlicePlane, type SlicePlane } from '../volume/slice-plane.ts';
import type { CtVolume } from '../volume/types.ts';
import { activate } from './activation.ts';
import { type ChannelScale, channelOffsets, channelScales, writeChannel } from './network-input.ts';
import { runBatches } from './run-batches.ts';
import { sliceOf } from './slice-of.ts';
import type { Answer, Network, OpacityLabel, PipelineHooks, PipelineParameters } from './types.ts';

/** A sigmoid's approximation may overshoot by less than this. */
const rounding = 1e-3;
/** [ours] What is begun waits in memory until the lungs are certain: no more than this of it, for each study. */
const keptBytes = 32 * 2 ** 20;

type OpacityParameters = PipelineParameters['opacities'];

/**
 * Hears the probability of opacity for every pixel [height, width] of the network that was asked about a slice. The plane
 * is gone when it returns.
 */
export type HearPlane = (z: number, plane: Float32Array) => void;

/** An opacity network on its way through the slices of one volume. */
export interface OpacityPlanes {
  /**
   * Asks about slices, in this order, before it is certain which ones have lung, as far as there is room to keep the
   * answers. Only the first call counts, and none after `finish` or `stop`; nor does it where the network has no
   * thread of its own that would be idle meanwhile. It returns as soon as the first batches are written.
   */
  begin(slices: readonly number[]): void;
  /**
   * Tells the plane of each of these slices once, in any order; asks about those that were not asked about yet, and
   * about no others. Takes turns of the event loop.
   *
   * @throws LobarError `inference-failed` when an answer about one of them is not a probability for every pixel, or
   *   the network failed, also about what was begun; whatever `throwIfCancelled` throws
   */
  finish(slices: readonly number[], hear: HearPlane): Promise<void>;
  /** Asks no more. Settles when none is on its way any more. */
  stop(): Promise<void>;
}

export function openOpacityPlanes(
  volume: CtVolume,
  network: Network,
  parameters: OpacityParameters,
  hooks: Pick<PipelineHooks, 'throwIfCancelled'>,
): OpacityPlanes {
  const { inputSize, batchSize, channels = 1, labels = ['opacity'] } = parameters;
  const planeLength = inputSize[0] * inputSize[1];
  const sampleLength = channels * planeLength;
  const writeSample = sampleWriter(volume, parameters, channels);
  const asked = new Set<number>();
  const kept = new Map<number, Float32Array>();
  let waiting: readonly number[] = [];
  let isKeeping = true;
  let hear: HearPlane = (z, plane) => kept.set(z, plane.slice());
  let running: Promise<void> = Promise.resolve();
  let mayBegin = network.inFlight !== undefined;

  const hasRoom = () => (asked.size + batchSize) * planeLength * Float32Array.BYTES_PER_ELEMENT <= keptBytes;
  const next = (): readonly number[] | undefined => {
    if (isKeeping && !hasRoom()) return undefined;
    const zs = waiting.slice(0, batchSize);
    waiting = waiting.slice(batchSize);
    for (const z of zs) asked.add(z);
    return zs.length === 0 ? undefined : zs;
  };
  const write = (zs: readonly number[], data: Float32Array): void => {
    zs.forEach((z, i) => {
      writeSample(z, planeOf(data, i, sampleLength));
    });
    // The last batch is as large as the others, filled up with zeros.
    data.fill(0, zs.length * sampleLength);
  };
  const read = (zs: readonly number[], answer: Answer): void => {
    assertLength(answer.data, batchSize * labels.length * planeLength);
    const output = opacityPlanes(activate(answer, parameters.activation).data, labels, planeLength);
    zs.forEach((z, i) => {
      hear(z, planeOf(output, i, planeLength));
    });
  };
  const run = () => {
    const dims = [batchSize, channels, ...inputSize];
    running = runBatches(network, { next, dims, write, read }, hooks);
    // Whoever finishes or stops hears of it.
    running.catch(() => {});
  };

  return {
    begin(slices) {
      if (!mayBegin) return;
      mayBegin = false;
      waiting = slices;
      run();
    },
    async finish(slices, listener) {
      mayBegin = false;
      isKeeping = false;
      const wanted = new Set(slices);
      hear = (z, plane) => {
        // What was begun in vain may be anything: where there is no lung, nobody has ever asked.
        if (!wanted.has(z)) return;
        if (!areWithin(plane, -rounding, 1 + rounding)) throw noProbabilities();
        listener(z, plane);
      };
      waiting = slices.filter((z) => !asked.has(z));
      const turn = takingTurns();
      for (const [z, plane] of kept) {
        await turn();
        hooks.throwIfCancelled();
        hear(z, plane);
        kept.delete(z);
      }
      // What runs takes what waits now, unless it had nothing more to ask and ends.
      await running;
      if (waiting.length > 0) run();
      await running;
    },
    async stop() {
      mayBegin = false;
      waiting = [];
      await Promise.allSettled([running]);
    },
  };
}

/** Writes the channels of one sample: the slice, or it and its neighbours, each as the network wants it. */
function sampleWriter({ data, shape, spacingMm }: CtVolume, parameters: OpacityParameters, channels: number) {
  const { inputSize } = parameters;
  const slicePlane = openSlicePlane([shape[1], shape[2]], inputSize);
  const offsets = channelOffsets(parameters, channels, spacingMm[0]);
  const scales = channelScales(parameters, channels);
  const { plane } = slicePlane;
  return (z: number, sample: Float32Array): void => {
    let shown: number | undefined;
    offsets.forEach((offset, channel) => {
      const slice = Math.min(shape[0] - 1, Math.max(0, z + offset));
      if (slice !== shown) opacityInput(sliceOf(data, slice, shape), slicePlane, parameters);
      shown = slice;
      writeChannel(plane, scales[channel] as ChannelScale, planeOf(sample, channel, plane.length));
    });
  };
}

/** The probability of opacity for every pixel of a batch: the sum of the channels that are opacity. */
function opacityPlanes(
  output: Float32Array,
  labels: readonly OpacityLabel[],
  planeLength: number,
): Float32Array {
  if (labels.length === 1) return output;
  const batch = output.length / (labels.length * planeLength);
  const sum = new Float32Array(batch * planeLength);
  for (let sample = 0; sample < batch; sample++) {
    labels.forEach((label, channel) => {
      if (label !== 'opacity') return;
      const plane = planeOf(output, sample * labels.length + channel, planeLength);
      for (let p = 0; p < planeLength; p++) {
        const at = sample * planeLength + p;
        sum[at] = (sum[at] as number) + (plane[p] as number);
      }
    });
  }
  return sum;
}

/** Makes the plane of one slice of HU: resized, lung window, BCET where it is wanted, not masked (PIPELINE.md 5). */
export function opacityInput(
  hu: Int16Array,
  slicePlane: SlicePlane,
  { window, bcet }: Pick<OpacityParameters, 'window' | 'bcet'>,
): void {
  if (hu.length !== slicePlane.hu.length)
    throw new RangeError('The slice is not of the size it was planned for');
  slicePlane.hu.set(hu);
  slicePlane.resize();
  slicePlane.window(window);
  if (bcet !== undefined) slicePlane.stretch(bcet);
}

function planeOf(data: Float32Array, index: number, length: number): Float32Array {
  return data.subarray(index * length, (index + 1) * length);
}

function assertLength(output: Float32Array, length: number): void {
  if (output.length === length) return;
  const problem = `the opacity network answered ${output.length} numbers instead of ${length}`;
  throw new LobarError('inference-failed', { problem });
}

function noProbabilities(): LobarError {
  const problem =
    'the opacity network did not answer probabilities (sigmoid inside, or `activation` in its manifest)';
  return new LobarError('inference-failed', { problem });
}
