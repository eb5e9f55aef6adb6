import { countLabels } from '../volume/count-labels.ts';
import { type MaskScan, nextOccupied, scanMask } from '../volume/mask-scan.ts';
import { type LabelMap, type SpacingMm, voxelMl } from '../volume/types.ts';
import {
  type Involvement,
  type Lobe,
  type LobeInvolvement,
  type LobeScore,
  lobes,
  type PipelineMasks,
  type RegionInvolvement,
} from './types.ts';

interface Voxels {
  readonly lung: number;
  readonly opacity: number;
}

export interface MeasuredMasks {
  readonly involvement: Involvement;
  /** Index z of the slice with the largest area of opacity inside the lungs, the lowest of equals. */
  readonly mostAffectedSlice?: number;
}

/**
 * How much of the lungs, of each lung and of each lobe is opaque, and the lobes' scores (PIPELINE.md 6).
 * Nothing is rounded. A lobe that is not in the mask has 0 mL, 0 % and score 0.
 *
 * @param noiseFloorMl a lobe with less opacity than this has score 0; its opacity is counted all the same
 */
export function measureInvolvement(
  masks: PipelineMasks,
  spacingMm: SpacingMm,
  noiseFloorMl: number,
): MeasuredMasks {
  const counts = countVoxels(masks);
  const ml = voxelMl(spacingMm);
  const byLobe: LobeInvolvement[] = lobes.map((lobe, index) => {
    const region = toRegion(counts.byLabel[index + 1] as Voxels, ml);
    return { lobe, ...region, score: lobeScore(region, noiseFloorMl) };
  });
  const sumOf = (names: readonly Lobe[]): RegionInvolvement => {
    const parts = names.map((name) => counts.byLabel[lobes.indexOf(name) + 1] as Voxels);
    return toRegion(parts.reduce(add), ml);
  };
  const involvement: Involvement = {
    ...sumOf(lobes),
    right: sumOf(['RUL', 'RML', 'RLL']),
    left: sumOf(['LUL', 'LLL']),
    lobes: byLobe,
  };
  const { mostAffectedSlice } = counts;
  return mostAffectedSlice === undefined ? { involvement } : { involvement, mostAffectedSlice };
}

/**
 * A lobe's score, 0 to 5 (PIPELINE.md 6): 0 below the noise floor, 1 below 5 %, 2 up to 25 %, 3 up to 50 %,
 * 4 up to 75 %, 5 above (Pan et al. 2020).
 */
export function lobeScore(
  { opacityMl, percent }: Pick<RegionInvolvement, 'opacityMl' | 'percent'>,
  noiseFloorMl: number,
): LobeScore {
  if (opacityMl === 0 || opacityMl < noiseFloorMl) return 0;
  if (percent < 5) return 1;
  if (percent <= 25) return 2;
  if (percent <= 50) return 3;
  if (percent <= 75) return 4;
  return 5;
}

/** Volume of the lungs, mL. */
export function lungVolumeMl({ data }: LabelMap, spacingMm: SpacingMm): number {
  return countLabels(data).reduce((sum, voxels) => sum + voxels) * voxelMl(spacingMm);
}

/** Lung and opacity voxels by label, and the slice that has most opacity. */
function countVoxels({ lobes: { data: labels, shape }, opacities }: PipelineMasks) {
  const [depth, height, width] = shape;
  const sliceSize = height * width;
  const counted = { lung: new Uint32Array(256), opacity: new Uint32Array(256) };
  let mostAffectedSlice: number | undefined;
  let largestArea = 0;
  const scan = scanMask(labels);
  for (let z = 0; z < depth; z++) {
    const area = countInSlice(scan, opacities.data, z * sliceSize, (z + 1) * sliceSize, counted);
    if (area > largestArea) {
      largestArea = area;
      mostAffectedSlice = z;
    }
  }
  const byLabel = Array.from(
    counted.lung,
    (lung, label): Voxels => ({ lung, opacity: counted.opacity[label] as number }),
  );
  return { byLabel, mostAffectedSlice };
}

/** Both masks in one pass, inside the lungs alone: they fill a tenth of the volume. Gives the slice's opacity. */
function countInSlice(
  scan: MaskScan,
  opacities: Uint8Array,
  start: number,
  end: number,
  { lung, opacity }: { readonly lung: Uint32Array; readonly opacity: Uint32Array },
): number {
  const labels = scan.mask;
  let area = 0;
  for (let i = nextOccupied(scan, start, end); i < end; i = nextOccupied(scan, i, end)) {
    // A run of one lobe is counted at once.
    const label = labels[i] as number;
    const from = i;
    let opaque = 0;
    for (; i < end && labels[i] === label; i++) if (opacities[i] !== 0) opaque++;
    lung[label] = (lung[label] as number) + i - from;
    opacity[label] = (opacity[label] as number) + opaque;
    area += opaque;
  }
  return area;
}

function add(a: Voxels, b: Voxels): Voxels {
  return { lung: a.lung + b.lung, opacity: a.opacity + b.opacity };
}

function toRegion({ lung, opacity }: Voxels, ml: number): RegionInvolvement {
  // Of voxels, not of mL, and multiplied before it is divided: whole percentages, the edges of the scores, are
  // exact.
  const percent = lung === 0 ? 0 : (opacity * 100) / lung;
  return { lungMl: lung * ml, opacityMl: opacity * ml, percent };
}
