import type { ChosenSeries } from './choose-series.ts';

/**
 * [ours, measured] Bytes for each voxel of the volume at the height of an analysis: two of the volume itself, one each
 * of lobes and opacities, the rest of the work grid and of what was not collected yet.
 */
const bytesPerVoxel = 7;
/** [ours, measured] What an analysis takes beside that: headers, network inputs, the report. */
const fixedBytes = 96 * 2 ** 20;
/** Of an instance that holds many frames all bytes are there at once, twice while it is inflated or copied. */
const bytesPerInstanceVoxel = 4;

/**
 * What an analysis of a series will take at its height, in bytes, as its listing tells; before anything is
 * retrieved.
 */
export function memoryNeed({
  header,
  listed,
  slices,
}: Pick<ChosenSeries, 'header' | 'listed' | 'slices'>): number {
  const sliceVoxels = header.rows * header.columns;
  const voxels = sliceVoxels * slices.size;
  const instanceVoxels = voxels / Math.max(1, listed.size);
  return Math.ceil(fixedBytes + bytesPerVoxel * voxels + bytesPerInstanceVoxel * instanceVoxels);
}
