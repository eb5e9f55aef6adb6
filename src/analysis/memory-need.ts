import type { ChosenSeries } from './choose-series.ts';
import type { MemoryNeed } from './memory-budget.ts';
import type { Wanted } from './reporting/reporter-protocol.ts';

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

/** Where a report is drawn: the masks, one byte a voxel each, while it waits for its turn. */
const masksPerVoxel = 2;
/** What the thread of the reporter takes beside the masks: its code and fonts, pictures and documents. */
const reporterFixed = 64 * 2 ** 20;
/** CT and masks in the box around the lungs, about half of all voxels, packed; they wait for who asked. */
const volumesPerVoxel = 1;
/** Six bits a voxel, in slices with lung. */
const segmentationPerVoxel = 1;

/**
 * What an analysis of a series will take, as its listing tells: before anything is retrieved.
 *
 * @param wanted - of its report, where one is made
 */
export function memoryNeed(
  { header, listed, slices }: Pick<ChosenSeries, 'header' | 'listed' | 'slices'>,
  wanted?: Wanted,
): MemoryNeed {
  const voxels = header.rows * header.columns * slices.size;
  const instanceVoxels = voxels / Math.max(1, listed.size);
  const report = reportNeed(wanted);
  return {
    own: Math.ceil(
      ownFixed + (ownPerVoxel + report.ownPerVoxel) * voxels + perInstanceVoxel * instanceVoxels,
    ),
    shared: Math.ceil(sharedFixed + report.fixed + sharedPerVoxel * voxels),
  };
}

function reportNeed(wanted: Wanted | undefined): { readonly ownPerVoxel: number; readonly fixed: number } {
  if (wanted === undefined) return { ownPerVoxel: 0, fixed: 0 };
  const volumes = wanted.kinds.includes('volumes') ? volumesPerVoxel : 0;
  const segmentation = wanted.objects.includes('seg') ? segmentationPerVoxel : 0;
  return { ownPerVoxel: masksPerVoxel + volumes + segmentation, fixed: reporterFixed };
}
