import { type Box, boundingBox, boxShape } from '../../volume/box.ts';
import type { CtVolume, LabelMap, Shape3, SpacingMm } from '../../volume/types.ts';
import { blocksOver, sampleOnto } from './fine-grid.ts';

/** The lobes in coarse blocks: all that `draftTrees` need know of the lungs, and a thirtieth of what they take. */
export interface LungGrid {
  /** Around the lungs: voxels of the volume. */
  readonly lungBox: Box;
  /** The voxels of the volume that it covers. */
  readonly box: Box;
  /** Voxels of the volume along each side of a block. */
  readonly factors: Shape3;
  /** Lobe labels, [z, y, x] in blocks. */
  readonly lobes: Uint8Array;
}

/** Blocks are no wider than this (mm), unless there would be more than so many. */
const blockMm = 1.6;
const mostBlocks = 2_000_000;
/** Front to back they may be wider by this factor: pictures look that way. */
const alongRays = 1.5;
/** Around the lungs, and above them for the trachea (mm). */
const besideMm = 4;
const aboveMm = 10;

/**
 * @param lungBox around the lobes, where it is known
 * @returns undefined where there is no lung
 */
export function lungGrid(
  { shape, spacingMm }: Pick<CtVolume, 'shape' | 'spacingMm'>,
  lobes: LabelMap,
  lungBox: Box | undefined = boundingBox(lobes.data, shape),
): LungGrid | undefined {
  if (lungBox === undefined) return undefined;
  const { start, end } = lungBox;
  const voxels = (axis: 0 | 1 | 2, mm: number) => Math.ceil(mm / spacingMm[axis]);
  const low = (axis: 0 | 1 | 2) => Math.max(0, start[axis] - voxels(axis, besideMm));
  const high = (axis: 0 | 1 | 2, mm: number) => Math.min(shape[axis], end[axis] + voxels(axis, mm));
  const box: Box = {
    start: [low(0), low(1), low(2)],
    end: [high(0, aboveMm), high(1, besideMm), high(2, besideMm)],
  };
  const factors = coarseFactors(boxShape(box), spacingMm);
  const grid = { shape: blocksOver(box, factors), factors, box };
  return { lungBox, box, factors, lobes: sampleOnto(grid, lobes.data, shape) };
}

/** Blocks that are too many become wider where they are narrowest; those along a picture's rays may be wider than others. */
function coarseFactors(voxels: Shape3, spacingMm: SpacingMm): Shape3 {
  const factors = spacingMm.map((mm) => Math.max(1, Math.floor(blockMm / mm))) as [number, number, number];
  const blocks = () => voxels.reduce((count, n, axis) => count * Math.ceil(n / (factors[axis] as number)), 1);
  const widthMm = (axis: 0 | 1 | 2) => (factors[axis] * spacingMm[axis]) / (axis === 1 ? alongRays : 1);
  while (blocks() > mostBlocks) {
    const narrowest = ([1, 2, 0] as const).reduce((least, axis) =>
      widthMm(axis) < widthMm(least) ? axis : least,
    );
    factors[narrowest] += 1;
  }
  return factors;
}
