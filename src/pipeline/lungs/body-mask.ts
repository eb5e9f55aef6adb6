import { labelComponents } from '../../volume/components.ts';
import { fillHolesInSlices } from '../../volume/fill-holes.ts';
import { flood } from '../../volume/flood.ts';
import { dilate, erode, invert } from '../../volume/morphology.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
import type { WorkGrid } from './work-grid.ts';

/** Above this, a voxel is tissue; below, gas or aerated lung (HU). */
export const tissueHu = -320;
/** In the body mask: what the outer air had got into, and was given back for looking like lung. */
export const givenBack = 2;
/** Half the thickness of what does not belong to a body: table shells, sheets, clothes. */
const shellMm = 3;
/** A chest wall that the field of view cuts thin is no longer than twice this (mm). */
const wallMm = 40;
/** Lung behind a wall that the outer air got through: larger than this in a slice, and no free air (mean HU). */
const lungAreaMm2 = 1000;
const freeAirHu = -950;
/** The field of view cuts a lung open over less than this (mm). */
const cutLungMm = 150;

/**
 * The patient and everything inside, air included, without the table: the largest piece of tissue once thin
 * shells are taken off, and all that the air around it cannot reach. That air is followed in three dimensions
 * from the sides of the scan, so the gap between table and back and the one under an arm are outside, even
 * in slices that close them. 1 inside, `givenBack` where only its looks say so, 0 outside.
 */
export function bodyMask({ hu, shape, spacingMm }: WorkGrid): Uint8Array {
  const tissue = new Uint8Array(hu.length);
  for (let i = 0; i < hu.length; i++) tissue[i] = (hu[i] as number) >= tissueHu ? 1 : 0;
  const body = largestTissue(tissue, shape, spacingMm);
  const outside = flood(invert(body), shape, sideVoxels(tissue, shape, spacingMm));
  const inside = invert(outside);
  reclaimLungs(hu, tissue, body, inside, shape, spacingMm);
  return inside;
}

/**
 * Gives back the lungs where the outer air has run into them: through an open mouth, or a chest wall that the
 * field of view cuts thin. Slice by slice, what the body and its thin walls enclose and is denser than air;
 * what table or mattress enclose is foam.
 */
function reclaimLungs(
  hu: Int16Array,
  tissue: Uint8Array,
  body: Uint8Array,
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
    const enclosedBy = (walls: Uint8Array) => {
      const lost = fillHolesInSlices(walls, plane);
      for (let i = 0; i < size; i++) if (walls[i] !== 0 || inside[from + i] !== 0) lost[i] = 0;
      return labelComponents(lost, plane);
    };
    const inTissue = tissue.subarray(from, from + size);
    if (!enclosedBy(inTissue).sizes.some((pixels) => pixels >= fewest)) continue;
    const walls = withThinWalls(inTissue, body.subarray(from, from + size), plane, spacingMm[2]);
    const { labels, sizes } = enclosedBy(walls);
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
    for (let i = 0; i < size; i++) {
      if (filled[i] !== 0 && inside[from + i] === 0) inside[from + i] = givenBack;
    }
  }
}

/** The body in one slice with the tissue that is attached to it within `wallMm`, walls too thin to be its own. */
function withThinWalls(tissue: Uint8Array, body: Uint8Array, plane: Shape3, pixelMm: number): Uint8Array {
  const walls = body.slice();
  let front: number[] = [];
  for (let i = 0; i < walls.length; i++) if (walls[i] !== 0) front.push(i);
  const [, height, width] = plane;
  for (let steps = Math.round(wallMm / pixelMm); steps > 0 && front.length > 0; steps--) {
    const reached: number[] = [];
    const visit = (next: number) => {
      if (tissue[next] === 0 || walls[next] !== 0) return;
      walls[next] = 1;
      reached.push(next);
    };
    for (const at of front) {
      const x = at % width;
      if (x > 0) visit(at - 1);
      if (x < width - 1) visit(at + 1);
      if (at >= width) visit(at - width);
      if (at < (height - 1) * width) visit(at + width);
    }
    front = reached;
  }
  return walls;
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
