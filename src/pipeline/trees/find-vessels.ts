import { boundingBox, boxShape, crop, eachRow } from '../../volume/box.ts';
import { flood } from '../../volume/flood.ts';
import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import { dilate, open } from '../../volume/morphology.ts';
import type { Shape3, SpacingMm } from '../../volume/types.ts';
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

/** Where vessels are looked for; arrays [z, y, x] of the grid. */
export interface VesselSite {
  /** 1 where vessels may be. */
  readonly inside: Uint8Array;
  /** From `findMasses`. */
  readonly masses: Uint8Array;
  /** 1 in opacities. */
  readonly opacities: Uint8Array;
  /** From `tubeResponse`. */
  readonly bright: Float32Array;
}

/**
 * The vessels inside the lungs on the fine grid: what answers as a bright tube, connected to what surely is
 * one, in pieces long enough for a branch, without what is too thick for one.
 */
export function findVessels(grid: FineGrid, { inside, masses, opacities, bright }: VesselSite): Uint8Array {
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

/** 1 in what is too thick for a vessel, and about it. */
export function findMasses({ hu, shape, spacingMm }: FineGrid, inside: Uint8Array): Uint8Array {
  const dense = new Uint8Array(inside.length);
  for (let i = 0; i < dense.length; i++) dense[i] = inside[i] !== 0 && (hu[i] as number) > massHu ? 1 : 0;
  const middles = maybeMiddles(dense, shape, spacingMm);
  const reach = spacingMm.map((mm) => Math.ceil((2 * massMm + massEdgeMm) / mm) + 1) as [
    number,
    number,
    number,
  ];
  const box = boundingBox(middles, shape, reach);
  if (box === undefined) return middles;
  // All that masses hold, and their edges, lies in this box: often a small part of the lungs.
  const part = boxShape(box);
  const masses = open(crop(dense, shape, box), part, spacingMm, massMm);
  const withEdges = dilate(masses, part, spacingMm, massEdgeMm);
  const out = new Uint8Array(dense.length);
  eachRow(shape, box, (at, from, length) => out.set(withEdges.subarray(from, from + length), at));
  return out;
}

/** 1 where the six ends of a ball's axes are dense as well as its middle: in the middle of every mass, and of little else. */
function maybeMiddles(dense: Uint8Array, [depth, height, width]: Shape3, spacingMm: SpacingMm): Uint8Array {
  const [reachZ, reachY, reachX] = spacingMm.map((mm) => Math.floor(massMm / mm)) as [number, number, number];
  const slice = height * width;
  const isDense = (at: number, position: number, end: number) =>
    position < 0 || position >= end || dense[at] !== 0;
  const out = new Uint8Array(dense.length);
  const scan = scanMask(dense);
  for (
    let i = nextOccupied(scan, 0, dense.length);
    i < dense.length;
    i = nextOccupied(scan, i + 1, dense.length)
  ) {
    const x = i % width;
    const y = Math.floor(i / width) % height;
    const z = Math.floor(i / slice);
    if (
      isDense(i - reachX, x - reachX, width) &&
      isDense(i + reachX, x + reachX, width) &&
      isDense(i - reachY * width, y - reachY, height) &&
      isDense(i + reachY * width, y + reachY, height) &&
      isDense(i - reachZ * slice, z - reachZ, depth) &&
      isDense(i + reachZ * slice, z + reachZ, depth)
    ) {
      out[i] = 1;
    }
  }
  return out;
}
