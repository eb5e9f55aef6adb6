import { type Lobe, lobes } from '../../pipeline/types.ts';
import { type SpacingMm, voxelMl } from '../../volume/types.ts';

export interface RegionTruth {
  readonly lungMl: number;
  readonly opacityMl: number;
  /** opacityMl / lungMl x 100; 0 where the region is empty. */
  readonly percent: number;
}

export interface LobeTruth extends RegionTruth {
  readonly lobe: Lobe;
}

/** What is really in a phantom, counted on its masks. */
export interface PhantomTruth extends RegionTruth {
  readonly right: RegionTruth;
  readonly left: RegionTruth;
  /** In the order of `lobes`. */
  readonly lobes: readonly LobeTruth[];
}

/**
 * Counts a phantom's masks.
 *
 * @param lobeMask 0 or index in `lobes` + 1, [z, y, x]
 * @param opacityMask 1 where there is opacity, only inside the lobes
 */
export function countTruth(
  lobeMask: Uint8Array,
  opacityMask: Uint8Array,
  spacingMm: SpacingMm,
): PhantomTruth {
  const lung = new Float64Array(lobes.length);
  const opacity = new Float64Array(lobes.length);
  lobeMask.forEach((label, i) => {
    if (label > 0) {
      lung[label - 1] = (lung[label - 1] as number) + 1;
      opacity[label - 1] = (opacity[label - 1] as number) + (opacityMask[i] as number);
    }
  });
  const region = (first: number, end: number): RegionTruth => {
    const sum = (counts: Float64Array) => counts.slice(first, end).reduce((a, b) => a + b, 0);
    const [lungVoxels, opacityVoxels] = [sum(lung), sum(opacity)];
    return {
      lungMl: rounded(lungVoxels * voxelMl(spacingMm)),
      opacityMl: rounded(opacityVoxels * voxelMl(spacingMm)),
      percent: lungVoxels > 0 ? rounded((opacityVoxels / lungVoxels) * 100) : 0,
    };
  };
  return {
    ...region(0, lobes.length),
    right: region(0, 3),
    left: region(3, lobes.length),
    lobes: lobes.map((lobe, i) => ({ lobe, ...region(i, i + 1) })),
  };
}

/** To a thousandth: finer digits say nothing about a voxel of several microlitres. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
