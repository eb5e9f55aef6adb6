import { erode } from '../../volume/morphology.ts';
import type { CtVolume, LabelMap } from '../../volume/types.ts';
import { findMasses, findVessels } from './find-vessels.ts';
import { type FineGrid, sampleOnto } from './fine-grid.ts';
import { growAirways } from './grow-airways.ts';
import { type TubeResponse, type TubeWidths, tubeResponse } from './tube-response.ts';

/** Where trees are looked for. */
export interface TreeSite {
  readonly grid: FineGrid;
  /** 1 in and about trachea and main bronchi, on the grid. */
  readonly nearCentral: Uint8Array;
}

/** How trees are looked for. */
export interface TreeDetail extends TubeWidths {
  /** The blurred inner side of the chest wall is no vessel, and lung masks reach into it (mm). */
  readonly wallMm: number;
}

/** Tubes on a grid of blocks, before opacities are looked at; all arrays are [z, y, x] of that grid. */
export interface FoundTubes extends TreeSite {
  /** Lobe labels. */
  readonly lobes: Uint8Array;
  /** 1 in the lungs, farther from their edge than the blurred chest wall reaches. */
  readonly inner: Uint8Array;
  /** 1 in the gas of trachea and bronchi, without its blurred rim. */
  readonly lumen: Uint8Array;
  /** Of what is inside lungs and central airways. */
  readonly response: TubeResponse;
}

/** Airways and vessels. */
export interface FoundTrees extends FoundTubes {
  /** 1 in opacities. */
  readonly opaque: Uint8Array;
  /** 1 where a block answers as a vessel, without its blurred rim. */
  readonly tubes: Uint8Array;
}

/** What stands for everything outside lungs and airways, and between what tissue and gas are levelled (HU). */
const outsideHu = -850;
const [lowestHu, highestHu] = [-1024, 100];

/** The trees in the grid's part of a volume. */
export function findTrees(
  { shape }: CtVolume,
  masks: { readonly lobes: LabelMap; readonly opacities: LabelMap },
  site: TreeSite,
  detail: TreeDetail,
): FoundTrees {
  const { grid } = site;
  const found = findTubes(sampleOnto(grid, masks.lobes.data, shape), site, detail);
  const opaque = sampleOnto(grid, masks.opacities.data, shape);
  const { inner, response } = found;
  const masses = findMasses(grid, inner);
  const tubes = findVessels(grid, { inside: inner, masses, opacities: opaque, bright: response.bright });
  return { ...found, opaque, tubes };
}

/**
 * What answers as a tube, and the airways among it.
 *
 * @param lobes labels on the grid
 */
export function findTubes(
  lobes: Uint8Array,
  { grid, nearCentral }: TreeSite,
  detail: TreeDetail,
): FoundTubes {
  const response = answersInside(grid, lobes, nearCentral, detail);
  const inner = erode(withoutLabels(lobes), grid.shape, grid.spacingMm, detail.wallMm);
  const lumen = growAirways(grid, nearCentral, response.dark);
  return { grid, nearCentral, lobes, inner, lumen, response };
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
  widths: TubeWidths,
): TubeResponse {
  const seen = new Uint8Array(lobes.length);
  const levelled = new Int16Array(lobes.length).fill(outsideHu);
  for (let i = 0; i < seen.length; i++) {
    if (lobes[i] === 0 && nearCentral[i] === 0) continue;
    seen[i] = 1;
    levelled[i] = Math.max(lowestHu, Math.min(highestHu, grid.hu[i] as number));
  }
  return tubeResponse(levelled, grid.shape, grid.spacingMm, seen, widths);
}
