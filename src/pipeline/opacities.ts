import { LobarError } from '../errors.ts';
import { bcet } from '../volume/bcet.ts';
import { markAbove } from '../volume/mark-above.ts';
import { occupiedSlices } from '../volume/occupied-slices.ts';
import { planResize, type ResizePlan, resizePlaneBy } from '../volume/resize.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { windowHu } from '../volume/window.ts';
import type { Network, PipelineHooks, PipelineParameters } from './types.ts';

/** A sigmoid's approximation may overshoot by less than this. */
const rounding = 1e-3;

type OpacityParameters = PipelineParameters['opacities'];

/**
 * Opacities inside the lungs, slice by slice (PIPELINE.md 5): 1 where the network's probability, brought back
 * to the volume's own grid, is above the threshold. Slices without lung are not inferred.
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
  const { inputSize, batchSize } = parameters;
  const { shape } = volume;
  const sliceSize: readonly [number, number] = [shape[1], shape[2]];
  const planeLength = inputSize[0] * inputSize[1];
  const toInput = planResize(sliceSize, inputSize);
  const toVolume = planResize(inputSize, sliceSize);
  const slices = occupiedSlices(lobes);
  const mask = new Uint8Array(lobes.data.length);
  // Every batch has the same size, the last one filled up with zeros: ONNX Runtime's arena grows with every
  // new shape and never gives back.
  const batch = new Float32Array(batchSize * planeLength);

  for (let done = 0; done < slices.length; done += batchSize) {
    hooks.throwIfCancelled();
    const zs = slices.slice(done, done + batchSize);
    batch.fill(0, zs.length * planeLength);
    zs.forEach((z, i) => {
      opacityInput(sliceOf(volume.data, z, shape), toInput, parameters, planeOf(batch, i, planeLength));
    });
    const output = await network({ data: batch, dims: [batchSize, 1, ...inputSize] });
    assertProbabilities(output.data, batch.length);
    zs.forEach((z, i) => {
      const lung = sliceOf(lobes.data, z, shape);
      const found = sliceOf(mask, z, shape);
      markAbove(toVolume, planeOf(output.data, i, planeLength), parameters.threshold, lung, found);
    });
    hooks.onProgress('opacities', (done + zs.length) / slices.length);
  }
  return { data: mask, shape };
}

/** One slice of HU as the network wants it: resized, lung window, BCET, not masked (PIPELINE.md 5). */
export function opacityInput(
  hu: Int16Array,
  toInput: ResizePlan,
  { window, bcet: targets }: Pick<OpacityParameters, 'window' | 'bcet'>,
  out: Float32Array,
): Float32Array {
  resizePlaneBy(toInput, hu, out);
  windowHu(out, window, out);
  return bcet(out, targets, out);
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

function assertProbabilities(output: Float32Array, length: number): void {
  if (output.length !== length) {
    const problem = `the opacity network answered ${output.length} numbers instead of ${length}`;
    throw new LobarError('inference-failed', { problem });
  }
  for (let i = 0; i < length; i++) {
    const value = output[i] as number;
    // Every comparison with a NaN is false.
    if (value >= -rounding && value <= 1 + rounding) continue;
    const problem = 'the opacity network did not answer probabilities (sigmoid inside)';
    throw new LobarError('inference-failed', { problem });
  }
}
