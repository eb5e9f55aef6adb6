import { flood } from '../../volume/flood.ts';
import { dilate, open } from '../../volume/morphology.ts';
import type { FineGrid } from './fine-grid.ts';
import { longPieces } from './long-pieces.ts';

/** How much of a bright tube a vessel is somewhere along its way, and everywhere (HU). */
const sureResponse = 70;
const leastResponse = 40;
/** The same among opacities, whose texture answers too. */
const sureInOpacity = 95;
const leastInOpacity = 60;
/** What is dense and holds a ball of this radius is a mass or a consolidation; its edge answers around it (mm). */
const massHu = -300;
const massMm = 6;
const massEdgeMm = 2.5;

/**
 * The vessels inside the lungs on the fine grid: what answers as a bright tube, connected to what surely is
 * one, in pieces long enough for a branch, without what is too thick for one.
 *
 * @param inside 1 where vessels are looked for
 * @param opacities 1 in opacities
 * @param bright from `tubeResponse`
 */
export function findVessels(
  grid: FineGrid,
  inside: Uint8Array,
  opacities: Uint8Array,
  bright: Float32Array,
): Uint8Array {
  const masses = findMasses(grid, inside);
  const likely = new Uint8Array(inside.length);
  const seeds: number[] = [];
  for (let i = 0; i < likely.length; i++) {
    const response = bright[i] as number;
    if (response < leastResponse || inside[i] === 0 || masses[i] !== 0) continue;
    const isOpaque = opacities[i] !== 0;
    if (isOpaque && response < leastInOpacity) continue;
    likely[i] = 1;
    if (response >= (isOpaque ? sureInOpacity : sureResponse)) seeds.push(i);
  }
  return longPieces(flood(likely, grid.shape, seeds), grid.shape, grid.spacingMm);
}

function findMasses({ hu, shape, spacingMm }: FineGrid, inside: Uint8Array): Uint8Array {
  const dense = new Uint8Array(inside.length);
  for (let i = 0; i < dense.length; i++) dense[i] = inside[i] !== 0 && (hu[i] as number) > massHu ? 1 : 0;
  return dilate(open(dense, shape, spacingMm, massMm), shape, spacingMm, massEdgeMm);
}
