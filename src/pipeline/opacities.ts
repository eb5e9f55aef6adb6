import { LobarError } from '../errors.ts';
import { bcet } from '../volume/bcet.ts';
import { flood } from '../volume/flood.ts';
import { markAbove } from '../volume/mark-above.ts';
import { nextOccupied, scanMask } from '../volume/mask-scan.ts';
import { occupiedSlices } from '../volume/occupied-slices.ts';
import { planResize, type ResizePlan, resizePlaneBy } from '../volume/resize.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { windowHu } from '../volume/window.ts';
import { activate } from './activation.ts';
import { type ChannelScale, channelOffsets, channelScales, writeChannel } from './network-input.ts';
import { runBatches } from './run-batches.ts';
import type { Network, OpacityLabel, PipelineHooks, PipelineParameters } from './types.ts';

/** A sigmoid's approximation may overshoot by less than this. */
const rounding = 1e-3;

type OpacityParameters = PipelineParameters['opacities'];

/**
 * Opacities inside the lungs, slice by slice (PIPELINE.md 5): 1 where the network's probability, brought back
 * to the volume's own grid, is above the threshold; with a peak threshold only in regions, connected face by
 * face, that somewhere rise above that one. Slices without lung are not inferred.
 *
 * @param lobes on the volume's grid; voxels of label 0 are outside the lungs
 * @throws LobarError `inference-failed` when the network's answer is not a probability for every pixel
 */
export async function segmentOpacities(
  volume: CtVolume,
  lobes: LabelMap,
  network: Network,
  parameters: OpacityParameters,
  hooks: PipelineHooks,
): Promise<LabelMap> {
  const { inputSize, batchSize, channels = 1, labels = ['opacity'] } = parameters;
  const { shape } = volume;
  const sliceSize: readonly [number, number] = [shape[1], shape[2]];
  const planeLength = inputSize[0] * inputSize[1];
  const toVolume = planResize(inputSize, sliceSize);
  const slices = occupiedSlices(lobes);
  const mask = new Uint8Array(lobes.data.length);
  const writeSample = sampleWriter(volume, parameters, channels);
  const sampleLength = channels * planeLength;
  const inBatch = (batch: number) => slices.slice(batch * batchSize, (batch + 1) * batchSize);

  await runBatches(
    network,
    {
      count: Math.ceil(slices.length / batchSize),
      dims: [batchSize, channels, ...inputSize],
      write(batch, data) {
        const zs = inBatch(batch);
        zs.forEach((z, i) => {
          writeSample(z, planeOf(data, i, sampleLength));
        });
        // The last batch is as large as the others, filled up with zeros.
        data.fill(0, zs.length * sampleLength);
      },
      read(batch, answer) {
        assertLength(answer.data, batchSize * labels.length * planeLength);
        const output = opacityPlanes(activate(answer, parameters.activation).data, labels, planeLength);
        assertProbabilities(output);
        const zs = inBatch(batch);
        zs.forEach((z, i) => {
          const lung = sliceOf(lobes.data, z, shape);
          const found = sliceOf(mask, z, shape);
          const plane = planeOf(output, i, planeLength);
          markAbove(toVolume, plane, parameters.threshold, lung, found, parameters.peakThreshold);
        });
        hooks.onProgress('opacities', (batch * batchSize + zs.length) / slices.length);
      },
    },
    hooks,
  );
  return { data: parameters.peakThreshold === undefined ? mask : withPeak(mask, shape), shape };
}

/** The regions of `mask` that hold a 2 somewhere, as 1. */
function withPeak(mask: Uint8Array, shape: LabelMap['shape']): Uint8Array {
  const peaks: number[] = [];
  const scan = scanMask(mask);
  const end = mask.length;
  // The first of a run along a row is enough: the rest of it is its neighbour.
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i, end)) {
    for (; i < end && mask[i] !== 0; i++) {
      if (mask[i] === 2 && (i % shape[2] === 0 || mask[i - 1] !== 2)) peaks.push(i);
    }
  }
  return flood(mask, shape, peaks);
}

/** Writes the channels of one sample: the slice, or it and its neighbours, each as the network wants it. */
function sampleWriter({ data, shape, spacingMm }: CtVolume, parameters: OpacityParameters, channels: number) {
  const { inputSize } = parameters;
  const toInput = planResize([shape[1], shape[2]], inputSize);
  const offsets = channelOffsets(parameters, channels, spacingMm[0]);
  const scales = channelScales(parameters, channels);
  const plane = new Float32Array(inputSize[0] * inputSize[1]);
  return (z: number, sample: Float32Array): void => {
    let shown: number | undefined;
    offsets.forEach((offset, channel) => {
      const slice = Math.min(shape[0] - 1, Math.max(0, z + offset));
      if (slice !== shown) opacityInput(sliceOf(data, slice, shape), toInput, parameters, plane);
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

/** One slice of HU: resized, lung window, BCET where it is wanted, not masked (PIPELINE.md 5). */
export function opacityInput(
  hu: Int16Array,
  toInput: ResizePlan,
  { window, bcet: targets }: Pick<OpacityParameters, 'window' | 'bcet'>,
  out: Float32Array,
): Float32Array {
  resizePlaneBy(toInput, hu, out);
  windowHu(out, window, out);
  return targets === undefined ? out : bcet(out, targets, out);
}

function sliceOf<Data extends Int16Array | Uint8Array>(
  data: Data,
  z: number,
  shape: LabelMap['shape'],
): Data {
  const length = shape[1] * shape[2];
  return data.subarray(z * length, (z + 1) * length) as Data;
}

function planeOf(data: Float32Array, index: number, length: number): Float32Array {
  return data.subarray(index * length, (index + 1) * length);
}

function assertLength(output: Float32Array, length: number): void {
  if (output.length === length) return;
  const problem = `the opacity network answered ${output.length} numbers instead of ${length}`;
  throw new LobarError('inference-failed', { problem });
}

function assertProbabilities(output: Float32Array): void {
  for (let i = 0; i < output.length; i++) {
    const value = output[i] as number;
    // Every comparison with a NaN is false.
    if (value >= -rounding && value <= 1 + rounding) continue;
    const problem =
      'the opacity network did not answer probabilities (sigmoid inside, or `activation` in its manifest)';
    throw new LobarError('inference-failed', { problem });
  }
}
