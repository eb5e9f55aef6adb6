import { type Box, boundingBox } from '../../volume/box.ts';
import { erode } from '../../volume/morphology.ts';
import type { CtVolume, LabelMap } from '../../volume/types.ts';
import { findVessels } from './find-vessels.ts';
import { type FineGrid, makeFineGrid, sampleOnto } from './fine-grid.ts';
import { growAirways } from './grow-airways.ts';
import { type TubeResponse, tubeResponse } from './tube-response.ts';

/** How finely tubes are looked for. */
export interface TreeDetail {
  /** About how wide a block of the grid is, mm. */
  readonly blockMm: number;
  /** Standard deviations of the bells through which tubes are seen, mm; a tube's radius is about 1 to 1.5 of one. */
  readonly scalesMm: readonly number[];
}

/** Airways and vessels on a grid of blocks; all arrays are [z, y, x] of that grid. */
export interface FoundTrees {
  readonly grid: FineGrid;
  /** Lobe labels. */
  readonly lobes: Uint8Array;
  /** 1 in opacities. */
  readonly opaque: Uint8Array;
  /** 1 in and about trachea and main bronchi. */
  readonly nearCentral: Uint8Array;
  /** 1 in the lungs, farther from their edge than the blurred chest wall reaches. */
  readonly inner: Uint8Array;
  /** 1 in the gas of trachea and bronchi, without its blurred rim. */
  readonly lumen: Uint8Array;
  /** 1 where a block answers as a vessel, without its blurred rim. */
  readonly tubes: Uint8Array;
  /** Of what is inside lungs and central airways. */
  readonly response: TubeResponse;
}

/** What stands for everything outside lungs and airways, and between what tissue and gas are levelled (HU). */
const outsideHu = -850;
const [lowestHu, highestHu] = [-1024, 100];
/** The blurred inner side of the chest wall is no vessel, and lung masks reach into it (mm). */
const wallMm = 3;

/**
 * The trees in a box of a volume.
 *
 * @param box around the lungs, of voxels
 * @param findCentral 1 in and about trachea and main bronchi, on the grid that it is given
 */
export function findTrees(
  volume: CtVolume,
  masks: { readonly lobes: LabelMap; readonly opacities: LabelMap },
  box: Box,
  { blockMm, scalesMm }: TreeDetail,
  findCentral: (grid: FineGrid) => Uint8Array,
): FoundTrees {
  const grid = makeFineGrid(volume, box, blockMm);
  const lobes = sampleOnto(grid, masks.lobes.data, volume.shape);
  const opaque = sampleOnto(grid, masks.opacities.data, volume.shape);
  const nearCentral = findCentral(grid);
  const response = answersInside(grid, lobes, nearCentral, scalesMm);
  const inner = erode(withoutLabels(lobes), grid.shape, grid.spacingMm, wallMm);
  return {
    grid,
    lobes,
    opaque,
    nearCentral,
    inner,
    lumen: growAirways(grid, nearCentral, response.dark),
    tubes: findVessels(grid, inner, opaque, response.bright),
    response,
  };
}

/** The box around the lungs in which they are looked for; undefined where there is none. */
export function lungBox({ data, shape }: LabelMap): Box | undefined {
  return boundingBox(data, shape, 4);
}

function withoutLabels(lobes: Uint8Array): Uint8Array {
  const lungs = new Uint8Array(lobes.length);
  for (let i = 0; i < lungs.length; i++) lungs[i] = lobes[i] === 0 ? 0 : 1;
  return lungs;
}

function answersInside(
  grid: FineGrid,
  lobes: Uint8Array,
  nearCentral: Uint8Array,
  scalesMm: readonly number[],
): TubeResponse {
  const seen = new Uint8Array(lobes.length);
  const levelled = new Int16Array(lobes.length).fill(outsideHu);
  for (let i = 0; i < seen.length; i++) {
    if (lobes[i] === 0 && nearCentral[i] === 0) continue;
    seen[i] = 1;
    levelled[i] = Math.max(lowestHu, Math.min(highestHu, grid.hu[i] as number));
  }
  return tubeResponse(levelled, grid.shape, grid.spacingMm, seen, scalesMm);
}
