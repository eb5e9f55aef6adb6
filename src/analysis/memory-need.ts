import type { ChosenSeries } from './choose-series.ts';
import type { MemoryNeed } from './memory-budget.ts';
import { arePictured } from './reporting/are-pictured.ts';
import type { Wanted } from './reporting/reporter-protocol.ts';

// [ours, measured] RSS above the process at rest, by scans of 10 to 105 million voxels, one after the other.

/** Bytes a voxel: two of the volume, two for the past one that V8 has not collected yet. */
const ownPerVoxel = 4;
/** Headers, answers, the report. */
const ownFixed = 32 * 2 ** 20;
/** Bytes a voxel in the inference worker: lobes and opacities one each, the rest of the work grid. */
const sharedPerVoxel = 5;
const sharedFixed = 128 * 2 ** 20;
/** There, too: answers of the opacity network before it is certain which slices have lung (`openOpacityPlanes`). */
const keptPlanes = 32 * 2 ** 20;
/** Of an instance that holds many frames all bytes are there at once, two a voxel, twice while it is inflated. */
const perInstanceVoxel = 4;

/** Where a report is drawn: the masks, one byte a voxel each, while it waits for its turn. */
const masksPerVoxel = 2;
/**
 * What its pictures are begun with (`LungDraft`), which waits for the opacities: at most two million blocks (`lungGrid`)
 * of 13 bytes, and five shells of at most an eighth as many numbers of 4 bytes, 31 MB together.
 */
const draftFixed = 32 * 2 ** 20;
/** What the thread of the reporter takes beside the masks: its code and fonts, pictures and documents. */
const reporterFixed = 64 * 2 ** 20;
/** While it is drawn, which is done for one report at a time: what the pictures are cut and cast from. */
const picturesPerVoxel = 1;
/** Then, too: the box around the lungs, cut out of CT and masks. */
const cutOutPerVoxel = 2;
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
      ownFixed +
        report.ownFixed +
        (ownPerVoxel + report.ownPerVoxel) * voxels +
        perInstanceVoxel * instanceVoxels,
    ),
    shared: Math.ceil(
      sharedFixed + keptPlanes + report.sharedFixed + (sharedPerVoxel + report.sharedPerVoxel) * voxels,
    ),
  };
}

interface ReportNeed {
  readonly ownPerVoxel: number;
  readonly sharedPerVoxel: number;
  readonly ownFixed: number;
  readonly sharedFixed: number;
}

const noReport: ReportNeed = { ownPerVoxel: 0, sharedPerVoxel: 0, ownFixed: 0, sharedFixed: 0 };

function reportNeed(wanted: Wanted | undefined): ReportNeed {
  if (wanted === undefined) return noReport;
  const hasVolumes = wanted.kinds.includes('volumes');
  const volumes = hasVolumes ? volumesPerVoxel : 0;
  const segmentation = wanted.objects.includes('seg') ? segmentationPerVoxel : 0;
  return {
    ownPerVoxel: masksPerVoxel + volumes + segmentation,
    sharedPerVoxel: picturesPerVoxel + (hasVolumes ? cutOutPerVoxel : 0),
    ownFixed: arePictured(wanted) ? draftFixed : 0,
    sharedFixed: reporterFixed,
  };
}
