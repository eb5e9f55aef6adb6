import type { ChosenSeries } from './choose-series.ts';
import type { MemoryNeed } from './memory-budget.ts';

// [ours, measured] RSS above the process at rest, by scans of 10 to 105 million voxels, one after the other.

/** Bytes a voxel: two of the volume, two for the past one that V8 has not collected yet. */
const ownPerVoxel = 4;
/** Headers, answers, the report. */
const ownFixed = 32 * 2 ** 20;
/** Bytes a voxel in the inference worker: lobes and opacities one each, the rest of the work grid. */
const sharedPerVoxel = 5;
const sharedFixed = 128 * 2 ** 20;
/** Of an instance that holds many frames all bytes are there at once, two a voxel, twice while it is inflated. */
const perInstanceVoxel = 4;

/** What an analysis of a series will take, as its listing tells: before anything is retrieved. */
export function memoryNeed({
  header,
  listed,
  slices,
}: Pick<ChosenSeries, 'header' | 'listed' | 'slices'>): MemoryNeed {
  const voxels = header.rows * header.columns * slices.size;
  const instanceVoxels = voxels / Math.max(1, listed.size);
  return {
    own: Math.ceil(ownFixed + ownPerVoxel * voxels + perInstanceVoxel * instanceVoxels),
    shared: Math.ceil(sharedFixed + sharedPerVoxel * voxels),
  };
}
