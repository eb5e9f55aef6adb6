import { blockMean } from '../../volume/block-mean.ts';
import type { CtVolume, Shape3, SpacingMm } from '../../volume/types.ts';

/** The coarser grid on which the lungs are found: whole blocks of the volume's voxels, about 2 mm wide. */
export interface WorkGrid {
  /** HU, the mean of each block, [z, y, x]. */
  readonly hu: Int16Array;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  /** Voxels of the volume along each side of a block. */
  readonly factors: Shape3;
}

const workMm = 2;

export function makeWorkGrid({ data, shape, spacingMm }: CtVolume): WorkGrid {
  const factor = (mm: number) => Math.max(1, Math.round(workMm / mm));
  const factors: Shape3 = [factor(spacingMm[0]), factor(spacingMm[1]), factor(spacingMm[2])];
  const blocks = blockMean(data, shape, factors);
  return {
    hu: blocks.data,
    shape: blocks.shape,
    spacingMm: [spacingMm[0] * factors[0], spacingMm[1] * factors[1], spacingMm[2] * factors[2]],
    factors,
  };
}
