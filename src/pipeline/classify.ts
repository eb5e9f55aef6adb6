import { LobarError } from '../errors.ts';
import { occupiedSlices } from '../volume/occupied-slices.ts';
import { resizeSlices } from '../volume/resize.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { windowHuInside } from '../volume/window.ts';
import { activate } from './activation.ts';
import { channelScales, writeChannel } from './network-input.ts';
import {
  type Classification,
  type CovidClass,
  classes,
  type Network,
  type PipelineHooks,
  type PipelineParameters,
} from './types.ts';

type ClassifierParameters = PipelineParameters['classifier'];

/**
 * Probabilities of the three classes for the whole volume, and the decision they lead to (PIPELINE.md 4).
 *
 * @param lobes on the volume's grid; voxels of label 0 are outside the lungs
 * @throws LobarError `inference-failed` when the network's answer is not three probabilities
 */
export async function classify(
  volume: CtVolume,
  lobes: LabelMap,
  network: Network,
  parameters: ClassifierParameters,
  hooks: PipelineHooks,
): Promise<Classification> {
  const data = classifierInput(volume, lobes, parameters);
  hooks.throwIfCancelled();
  const answer = await network({ data, dims: [1, 1, ...parameters.inputSize] });
  const output = activate(answer, parameters.activation);
  const probabilities = toProbabilities(output.data, parameters.labels);
  return { decision: decide(probabilities, parameters.thresholds), probabilities };
}

/**
 * The whole volume in the classifier's own size [depth, height, width], lung window, the window's lower edge
 * outside the lungs (PIPELINE.md 4), scaled as the network wants it. It is not cropped to the lungs: the paper
 * takes the whole volume.
 *
 * Window first, then mask, then resample. Clipping is not linear, so bone and air must be clipped before they
 * are averaged into a neighbour; and with the mask still at full resolution, a voxel at the lung's edge fades
 * by the share of it that is lung instead of taking in chest wall.
 */
export function classifierInput(
  { data, shape }: CtVolume,
  lobes: LabelMap,
  parameters: Pick<ClassifierParameters, 'inputSize' | 'window' | 'range' | 'normalise'>,
): Float32Array {
  const { inputSize, window } = parameters;
  const sliceSize = shape[1] * shape[2];
  const occupied = new Set(occupiedSlices(lobes));
  const masked = new Float32Array(sliceSize);
  const slice = (z: number) => {
    if (!occupied.has(z)) return undefined;
    const start = z * sliceSize;
    const end = start + sliceSize;
    return windowHuInside(data.subarray(start, end), lobes.data.subarray(start, end), window, masked);
  };
  const input = resizeSlices(slice, shape, inputSize);
  for (const scale of channelScales(parameters, 1)) writeChannel(input, scale, input);
  return input;
}

/** The decision rule of PIPELINE.md 4. Both thresholds must be exceeded, not met. */
export function decide(
  probabilities: Classification['probabilities'],
  thresholds: ClassifierParameters['thresholds'],
): CovidClass {
  if (probabilities['no-imaging-signs'] > thresholds.noImagingSigns) return 'no-imaging-signs';
  if (probabilities['covid-19'] > thresholds.covid19) return 'covid-19';
  return 'other-infection';
}

function toProbabilities(
  output: Float32Array,
  labels: readonly CovidClass[],
): Classification['probabilities'] {
  if (output.length !== classes.length) {
    const problem = `the classifier answered ${output.length} numbers instead of ${classes.length}`;
    throw new LobarError('inference-failed', { problem });
  }
  const sum = output.reduce((total, value) => total + value, 0);
  // A NaN or an infinity makes the sum one too, and every comparison with it false.
  if (!(Math.abs(sum - 1) <= 1e-3) || output.some((value) => value < 0)) {
    throw new LobarError('inference-failed', {
      problem:
        'the classifier did not answer probabilities (softmax inside, or `activation` in its manifest)',
    });
  }
  const of = (label: CovidClass) => {
    const value = output[labels.indexOf(label)];
    if (value !== undefined) return value;
    throw new LobarError('inference-failed', { problem: `the classifier has no output for '${label}'` });
  };
  return {
    'covid-19': of('covid-19'),
    'other-infection': of('other-infection'),
    'no-imaging-signs': of('no-imaging-signs'),
  };
}
