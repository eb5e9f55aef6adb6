import { flood } from '../volume/flood.ts';
import { markAbove } from '../volume/mark-above.ts';
import { nextOccupied, scanMask } from '../volume/mask-scan.ts';
import { occupiedSlices } from '../volume/occupied-slices.ts';
import { planResize } from '../volume/resize.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import type { OpacityPlanes } from './opacity-planes.ts';
import { sliceOf } from './slice-of.ts';
import type { PipelineHooks, PipelineParameters } from './types.ts';

/**
 * Opacities inside the lungs, slice by slice (PIPELINE.md 5): 1 where the network's probability, brought back
 * to the volume's own grid, is above the threshold; with a peak threshold only in regions, connected face by
 * face, that somewhere rise above that one. Slices without lung are not inferred, but for what was begun.
 *
 * @param lobes on the volume's grid; voxels of label 0 are outside the lungs
 * @param planes of the same volume
 * @throws LobarError `inference-failed` when the network's answer is not a probability for every pixel
 */
export async function segmentOpacities(
  { shape }: Pick<CtVolume, 'shape'>,
  lobes: LabelMap,
  planes: OpacityPlanes,
  { inputSize, threshold, peakThreshold }: PipelineParameters['opacities'],
  { onProgress }: Pick<PipelineHooks, 'onProgress'>,
): Promise<LabelMap> {
  const toVolume = planResize(inputSize, [shape[1], shape[2]]);
  const slices = occupiedSlices(lobes);
  const mask = new Uint8Array(lobes.data.length);
  let done = 0;
  await planes.finish(slices, (z, plane) => {
    const lung = sliceOf(lobes.data, z, shape);
    markAbove(toVolume, plane, threshold, lung, sliceOf(mask, z, shape), peakThreshold);
    done++;
    onProgress('opacities', done / slices.length);
  });
  return { data: peakThreshold === undefined ? mask : withPeak(mask, shape), shape };
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
