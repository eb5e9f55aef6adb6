import { type Box, boxShape, crop, eachRow } from '../../volume/box.ts';
import type { CtVolume } from '../../volume/types.ts';
import { findAirways } from '../lungs/airways.ts';
import { tissueHu } from '../lungs/body-mask.ts';
import type { WorkGrid } from '../lungs/work-grid.ts';
import { fieldWhere } from './field-where.ts';
import { type FoundTubes, findTubes } from './find-trees.ts';
import { findMasses } from './find-vessels.ts';
import { type FineGrid, makeFineGrid } from './fine-grid.ts';
import type { LungGrid } from './lung-grid.ts';
import type { TubeWidths } from './tube-response.ts';
import { withNeighbours } from './with-neighbours.ts';

/** What of a sketch of the trees is known before the opacities are: most of it. Arrays are [z, y, x] of its grid. */
export interface TreeDraft {
  /** Around the lungs: voxels of the volume. */
  readonly lungBox: Box;
  readonly grid: FineGrid;
  /** Lobe labels. */
  readonly lobes: Uint8Array;
  /** As in `TreeSketch`. */
  readonly airways: Float32Array;
  /** 1 where vessels are looked for, and 1 in masses and about them. */
  readonly inner: Uint8Array;
  readonly masses: Uint8Array;
  /** How much of a bright tube each block is, HU. */
  readonly bright: Float32Array;
}

/** Tubes of about 1 to 3 mm radius, seen through blocks that blur them. */
const widths: TubeWidths = { scalesMm: [1.5], gain: 1.4, leastHu: 15 };
/** The blurred inner side of the chest wall, mm and blocks. */
const wallMm = 3;
const wallBlocks = 1.1;
/** Trachea and main bronchi lie within this of the middle of the box (mm). */
const besideMiddleMm = 75;
/** Half-way from gas to the wall of an airway, and how steep its edge is (HU). */
const lumenEdgeHu = -600;
const lumenSlopeHu = 600;
/** A bronchus in a lung ends where it answers this much (HU). */
const bronchusEdge = 25;

/**
 * The part of a sketch (`completeSketch`) that needs no opacities.
 *
 * @param throwIfStopped called between steps of about 100 ms; throws to stop
 */
export function draftTrees(
  volume: CtVolume,
  { lungBox, box, factors, lobes }: LungGrid,
  throwIfStopped: () => void = () => {},
): TreeDraft {
  const grid = makeFineGrid(volume, box, factors);
  const site = { grid, nearCentral: centralAirways(grid) };
  throwIfStopped();
  const detail = { ...widths, wallMm: Math.max(wallMm, wallBlocks * Math.max(...grid.spacingMm)) };
  const found = findTubes(lobes, site, detail);
  throwIfStopped();
  const { inner, response } = found;
  const masses = findMasses(grid, inner);
  return { lungBox, grid, lobes, airways: airwayField(found), inner, masses, bright: response.bright };
}

/** `findAirways` in the middle part of the grid. */
function centralAirways({ hu, shape, spacingMm, factors }: FineGrid): Uint8Array {
  const beside = Math.max(0, Math.floor(shape[2] / 2 - besideMiddleMm / spacingMm[2]));
  const middle: Box = { start: [0, 0, beside], end: [shape[0], shape[1], shape[2] - beside] };
  const part = { hu: crop(hu, shape, middle), shape: boxShape(middle), spacingMm, factors };
  const found = findAirways(part, betweenWalls(part));
  const out = new Uint8Array(hu.length);
  eachRow(shape, middle, (at, from, length) => out.set(found.subarray(from, from + length), at));
  return out;
}

/** A body that is good enough inside the box around the lungs: from the first tissue to the last, front to back. */
function betweenWalls({ hu, shape: [depth, height, width] }: WorkGrid): Uint8Array {
  const body = new Uint8Array(hu.length);
  for (let z = 0; z < depth; z++) {
    for (let x = 0; x < width; x++) {
      const at = z * height * width + x;
      let first = 0;
      while (first < height && (hu[at + first * width] as number) < tissueHu) first++;
      let last = height - 1;
      while (last > first && (hu[at + last * width] as number) < tissueHu) last--;
      for (let y = first; y <= last; y++) body[at + y * width] = 1;
    }
  }
  return body;
}

function airwayField({ grid, lumen, lobes, nearCentral, response: { dark } }: FoundTubes): Float32Array {
  const where = withNeighbours(withNeighbours(lumen, grid.shape), grid.shape);
  return fieldWhere(where, (i) => {
    const byGas = nearCentral[i] === 0 ? 0 : 0.5 + (lumenEdgeHu - (grid.hu[i] as number)) / lumenSlopeHu;
    const byTube = lobes[i] === 0 ? 0 : (dark[i] as number) / (2 * bronchusEdge);
    return Math.min(1, Math.max(0, byGas, byTube));
  });
}
