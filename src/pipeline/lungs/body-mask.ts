import { labelComponents } from '../../volume/components.ts';
import { fillHolesInSlices } from '../../volume/fill-holes.ts';
import { flood } from '../../volume/flood.ts';
import { dilate, erode } from '../../volume/morphology.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
import type { WorkGrid } from './work-grid.ts';

/** Above this, a voxel is tissue; below, gas or aerated lung (HU). */
export const tissueHu = -320;
/** Half the thickness of what does not belong to a body: table shells, sheets, clothes. */
const shellMm = 3;
/** Lung behind a wall that the outer air got through: larger than this in a slice, and no free air (mean HU). */
const lungAreaMm2 = 1000;
const freeAirHu = -950;
/** The field of view cuts a lung open over less than this (mm). */
const cutLungMm = 150;

/**
 * The patient and everything inside, air included, without the table: the largest piece of tissue once thin
 * shells are taken off, and all that the air around it cannot reach. That air is followed in three dimensions
 * from the sides of the scan, so the gap between table and back and the one under an arm are outside, even
 * in slices that close them.
 */
export function bodyMask({ hu, shape, spacingMm }: WorkGrid): Uint8Array {
  const tissue = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) tissue[i] = (hu[i] as number) >= tissueHu ? 1 : 0;
  const body = largestTissue(tissue, shape, spacingMm);
  const outside = flood(invert(body), shape, sideVoxels(tissue, shape, spacingMm));
  const inside = invert(outside);
  reclaimLungs(hu, tissue, inside, shape, spacingMm);
  return inside;
}

/**
 * Gives back the lungs where the outer air has run into them: through an open mouth, or a chest wall that the
 * field of view cuts thin. Slice by slice, what tissue encloses and is denser than air.
 */
function reclaimLungs(
  hu: Int16Array,
  tissue: Uint8Array,
  inside: Uint8Array,
  shape: Shape3,
  spacingMm: SpacingMm,
): void {
  const [depth, height, width] = shape;
  const size = height * width;
  const fewest = lungAreaMm2 / (spacingMm[1] * spacingMm[2]);
  const plane: Shape3 = [1, height, width];
  for (let z = 0; z < depth; z++) {
    const from = z * size;
    const lost = fillHolesInSlices(tissue.subarray(from, from + size), plane);
    for (let i = 0; i < size; i++) if (tissue[from + i] !== 0 || inside[from + i] !== 0) lost[i] = 0;
    const { labels, sizes } = labelComponents(lost, plane);
    if (!sizes.some((pixels) => pixels >= fewest)) continue;
    const sums = new Float64Array(sizes.length);
    for (let i = 0; i < size; i++) {
      const label = labels[i] as number;
      sums[label] = (sums[label] as number) + (hu[from + i] as number);
    }
    const isLung = Array.from(
      sizes,
      (pixels, label) => pixels >= fewest && (sums[label] as number) > freeAirHu * pixels,
    );
    const lung = new Uint8Array(size);
    for (let i = 0; i < size; i++) lung[i] = labels[i] !== 0 && isLung[labels[i] as number] ? 1 : 0;
    const filled = fillHolesInSlices(lung, plane);
    for (let i = 0; i < size; i++) if (filled[i] !== 0) inside[from + i] = 1;
  }
}

function largestTissue(tissue: Uint8Array, shape: Shape3, spacingMm: SpacingMm): Uint8Array {
  const planar = inSlices(spacingMm);
  const cores = labelComponents(erode(tissue, shape, planar, shellMm), shape);
  const largest = cores.sizes.indexOf(cores.sizes.reduce((a, b) => Math.max(a, b), 0));
  const core = new Uint8Array(tissue.length);
  if (largest > 0) for (let i = 0; i < core.length; i++) core[i] = cores.labels[i] === largest ? 1 : 0;
  const grown = dilate(core, shape, planar, shellMm * 1.5);
  for (let i = 0; i < grown.length; i++) if (tissue[i] === 0) grown[i] = 0;
  return grown;
}

/** Slices so far apart that a radius never reaches the next: a thick slice must not eat a thin chest wall. */
function inSlices([, y, x]: SpacingMm): SpacingMm {
  return [1e6, y, x];
}

/**
 * Where the outer air enters: the voxels at the four sides of each slice that are air, except a short
 * stretch between two stretches of tissue, which is a lung that the field of view cuts open.
 */
function sideVoxels(tissue: Uint8Array, [depth, height, width]: Shape3, spacingMm: SpacingMm): number[] {
  const seeds: number[] = [];
  const longestCut = (mm: number) => cutLungMm / mm;
  for (let z = 0; z < depth; z++) {
    const slice = z * height * width;
    const last = height * width - 1;
    addOpenRuns(tissue, slice, 1, width, longestCut(spacingMm[2]), seeds);
    addOpenRuns(tissue, slice + last, -1, width, longestCut(spacingMm[2]), seeds);
    addOpenRuns(tissue, slice, width, height, longestCut(spacingMm[1]), seeds);
    addOpenRuns(tissue, slice + last, -width, height, longestCut(spacingMm[1]), seeds);
  }
  return seeds;
}

function addOpenRuns(
  tissue: Uint8Array,
  start: number,
  step: number,
  count: number,
  longestCut: number,
  seeds: number[],
): void {
  for (let first = 0; first < count; first++) {
    if (tissue[start + first * step] !== 0) continue;
    let end = first;
    while (end < count && tissue[start + end * step] === 0) end++;
    const open = first === 0 || end === count || end - first > longestCut;
    if (open) for (let i = first; i < end; i++) seeds.push(start + i * step);
    first = end;
  }
}

function invert(mask: Uint8Array): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = mask[i] === 0 ? 1 : 0;
  return out;
}
