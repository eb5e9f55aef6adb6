import { type Box, boundingBox, eachRow } from '../../volume/box.ts';
import { nearMask } from '../../volume/near-mask.ts';
import { type CtVolume, type LabelMap, type Shape3, voxelCount } from '../../volume/types.ts';
import { lobes } from '../types.ts';
import type { WorkGrid } from './work-grid.ts';

/**
 * Between aerated lung and soft tissue (HU), and how far from it a voxel is surely one of them. Half-way between
 * -850 and 50 would be -400; lower by 50 outlined validation phantoms best, as blurred wall is brighter than that.
 */
const edgeHu = -450;
const sureHu = 100;
/** How much a voxel's own HU moves the outline, in blocks. */
const pull = 0.5;
/** Farther than this from aerated lung the HU tell nothing: consolidation is as dense as the wall it lies at (mm). */
const airReachMm = 3;
/**
 * How deep a voxel that is a whole block lies at the surface: as deep as the outermost voxel of a block that is two
 * wide, a quarter of the way from the block's centre to the next.
 */
const surfaceDepth = 0.75;
/** Of a column of blocks: more than one lobe; of a run of voxels: each has to be looked at. */
const mixed = 255;

const [no, yes] = [1, 2];

interface Axis {
  /** The first of the two blocks whose centres embrace each voxel, and how far it is towards the second. */
  readonly low: Int32Array;
  readonly weight: Float32Array;
  /** The voxels that share their first block, from `start` to before `end`, inside the box of the lungs. */
  readonly cells: readonly { readonly low: number; readonly start: number; readonly end: number }[];
}

/** What lies between four neighbouring rows of blocks, two in each of two slices. */
interface Between {
  /** Where the rows start: lower slice and row, lower slice and next row, then those of the next slice. */
  readonly corners: Int32Array;
  /** The lobe at each column of blocks, 0 for none, `mixed` where the four differ. */
  readonly names: Uint8Array;
  /** How much of lung there is at each column, for one row of voxels. */
  readonly inside: Float32Array;
  /** 1 where the four blocks are not the same, or one is at the surface; and the columns where it is so. */
  readonly isUneven: Uint8Array;
  readonly uneven: Int32Array;
}

/** Voxels of a row from `start` to before `end` that belong to one lobe; or one cell of them, `mixed`. */
interface Run {
  readonly low: number;
  readonly start: number;
  readonly end: number;
  readonly name: number;
}

/**
 * Lobes of the work grid on the volume's own grid. The outline is the half-way surface of the blocks, linear
 * between their centres, moved at aerated lung by up to half a block towards where the voxels' own HU turn from
 * air to tissue; the fissures are where the weights of the neighbouring blocks' lobes are equal.
 *
 * Where a block is one voxel wide in the slice, nothing lies between centres: its outermost voxels stay lung if
 * they are aerated, and the outline never moves outwards. Along z it stays as it is: slices may be far apart.
 */
export function ontoVolume({ data, shape }: CtVolume, grid: WorkGrid, blocks: Uint8Array): LabelMap {
  const out = new Uint8Array(voxelCount(shape));
  const box = boundingBox(blocks, grid.shape, 1);
  if (box === undefined) return { data: out, shape };
  const [slices, rows, columns] = [0, 1, 2].map((axis) => betweenBlocks(shape, grid, box, axis)) as [
    Axis,
    Axis,
    Axis,
  ];
  const [depth, height, width] = grid.shape;
  const isNearAir = nearAeratedLung(grid, blocks, box);
  const surface = surfaceBlocks(grid, blocks);
  const between: Between = {
    corners: new Int32Array(4),
    names: new Uint8Array(width),
    inside: new Float32Array(width),
    isUneven: new Uint8Array(width),
    uneven: new Int32Array(width),
  };
  const votes = new Float64Array(lobes.length + 1);

  const outlineRow = (z: number, y: number, runs: readonly Run[], unevenCount: number) => {
    const { corners, names, inside } = between;
    const [slice0, slice1] = [corners[0] as number, corners[2] as number];
    const toNextRow = (corners[1] as number) - slice0;
    const wz = slices.weight[z] as number;
    const wy = rows.weight[y] as number;
    const nearestRow = (wz < 0.5 ? slice0 : slice1) + (wy < 0.5 ? 0 : toNextRow);
    weighColumns(blocks, between, unevenCount, wz, wy);
    const offset = (z * shape[1] + y) * shape[2];
    for (const { low: c0, start, end, name } of runs) {
      if (name !== mixed) {
        out.fill(name, offset + start, offset + end);
        continue;
      }
      const c1 = Math.min(c0 + 1, width - 1);
      const f0 = inside[c0] as number;
      const f1 = inside[c1] as number;
      if (f0 === 0 && f1 === 0) continue;
      const n0 = names[c0] as number;
      const n1 = names[c1] as number;
      const oneName = n0 !== mixed && n1 !== mixed && (n0 === n1 || n0 === 0 || n1 === 0);
      for (let x = start; x < end; x++) {
        const wx = columns.weight[x] as number;
        let deep = f0 + (f1 - f0) * wx;
        if (deep < 1 || surface !== undefined) {
          const block = nearestRow + (wx < 0.5 ? c0 : c1);
          if (deep > surfaceDepth && surface?.[block] === 1) deep = surfaceDepth;
          const moved = deep < 1 && isNearAir(block) ? towardsAir(data[offset + x] as number) : 0;
          if (deep + moved <= 0.5) continue;
        }
        out[offset + x] = oneName ? n0 || n1 : vote(blocks, corners, c0, c1, wz, wy, wx, votes);
      }
    }
  };

  for (const zs of slices.cells) {
    const slice0 = zs.low * height * width;
    const slice1 = Math.min(zs.low + 1, depth - 1) * height * width;
    for (const ys of rows.cells) {
      const row0 = ys.low * width;
      const row1 = Math.min(ys.low + 1, height - 1) * width;
      between.corners.set([slice0 + row0, slice0 + row1, slice1 + row0, slice1 + row1]);
      const uneven = nameColumns(blocks, surface, between, box);
      if (uneven === undefined) continue;
      // The rows of voxels between the same blocks differ at the outline and the fissures only.
      const runs = runsBetween(between, columns);
      for (let z = zs.start; z < zs.end; z++) {
        for (let y = ys.start; y < ys.end; y++) outlineRow(z, y, runs, uneven);
      }
    }
  }
  return { data: out, shape };
}

/** Whether a block of the box lies within `airReachMm` of one that is aerated lung. */
function nearAeratedLung(grid: WorkGrid, blocks: Uint8Array, box: Box): (block: number) => boolean {
  const { hu, shape, spacingMm } = grid;
  const aerated = new Uint8Array(blocks.length);
  eachRow(shape, box, (at, _, length) => {
    for (let i = at; i < at + length; i++) if (blocks[i] !== 0 && (hu[i] as number) < edgeHu) aerated[i] = 1;
  });
  const isNear = nearMask(aerated, shape, spacingMm, airReachMm);
  // Each block at the outline is asked about by all of its voxels: once found out it is kept.
  const known = new Uint8Array(blocks.length);
  return (block) => {
    if (known[block] === 0) known[block] = isNear(block) ? yes : no;
    return known[block] === yes;
  };
}

/**
 * 1 for the blocks of lung with none beside them in the slice, along the axes where a block is one voxel; absent
 * where there is no such axis. A lung that the border of the scan cuts off has no surface there.
 */
function surfaceBlocks({ shape, factors }: WorkGrid, blocks: Uint8Array): Uint8Array | undefined {
  const [, rows, columns] = shape;
  const [alongY, alongX] = [factors[1] === 1, factors[2] === 1];
  if (!alongY && !alongX) return undefined;
  const surface = new Uint8Array(blocks.length);
  for (let i = 0; i < blocks.length; i++) {
    if (blocks[i] === 0) continue;
    const x = i % columns;
    const y = Math.floor(i / columns) % rows;
    const endsX = (x > 0 && blocks[i - 1] === 0) || (x < columns - 1 && blocks[i + 1] === 0);
    const endsY = (y > 0 && blocks[i - columns] === 0) || (y < rows - 1 && blocks[i + columns] === 0);
    if ((alongX && endsX) || (alongY && endsY)) surface[i] = 1;
  }
  return surface;
}

function betweenBlocks(shape: Shape3, grid: WorkGrid, box: Box, axis: number): Axis {
  const factor = grid.factors[axis] as number;
  const count = shape[axis] as number;
  const blocks = grid.shape[axis] as number;
  const low = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.min(blocks - 1, Math.max(0, (i - (factor - 1) / 2) / factor));
    low[i] = Math.floor(at);
    weight[i] = at - Math.floor(at);
  }
  const cells: Axis['cells'][number][] = [];
  const end = Math.min(count, (box.end[axis] as number) * factor);
  for (let start = (box.start[axis] as number) * factor; start < end; ) {
    let next = start + 1;
    while (next < end && low[next] === low[start]) next++;
    cells.push({ low: low[start] as number, start, end: next });
    start = next;
  }
  return { low, weight, cells };
}

/** Names the columns of blocks between four rows, and gives how many of them are uneven; undefined without lung. */
function nameColumns(
  blocks: Uint8Array,
  surface: Uint8Array | undefined,
  { corners, names, inside, isUneven, uneven }: Between,
  { start, end }: Box,
): number | undefined {
  const [a, b, c, d] = rowsOf(corners);
  let any = false;
  let count = 0;
  for (let x = start[2]; x < end[2]; x++) {
    const na = blocks[a + x] as number;
    const nb = blocks[b + x] as number;
    const nc = blocks[c + x] as number;
    const nd = blocks[d + x] as number;
    const name = na || nb || nc || nd;
    inside[x] = name === 0 ? 0 : 1;
    names[x] = name;
    isUneven[x] = 0;
    if (name === 0) continue;
    any = true;
    const areSame = na === nb && nb === nc && nc === nd;
    if (areSame && !(surface !== undefined && isAnySet(surface, a + x, b + x, c + x, d + x))) continue;
    const fits = (n: number) => n === 0 || n === name;
    if (!(fits(nb) && fits(nc) && fits(nd))) names[x] = mixed;
    isUneven[x] = 1;
    if (!areSame) uneven[count++] = x;
  }
  return any ? count : undefined;
}

function rowsOf(corners: Int32Array): readonly [number, number, number, number] {
  return [corners[0] as number, corners[1] as number, corners[2] as number, corners[3] as number];
}

function isAnySet(mask: Uint8Array, a: number, b: number, c: number, d: number): boolean {
  return mask[a] !== 0 || mask[b] !== 0 || mask[c] !== 0 || mask[d] !== 0;
}

/** For one row of voxels: how much of lung there is at each uneven column, between the four blocks around the row. */
function weighColumns(
  blocks: Uint8Array,
  { corners, inside, uneven }: Between,
  count: number,
  wz: number,
  wy: number,
): void {
  const [a, b, c, d] = rowsOf(corners);
  for (let k = 0; k < count; k++) {
    const x = uneven[k] as number;
    const low = (blocks[a + x] === 0 ? 0 : 1 - wy) + (blocks[b + x] === 0 ? 0 : wy);
    const high = (blocks[c + x] === 0 ? 0 : 1 - wy) + (blocks[d + x] === 0 ? 0 : wy);
    inside[x] = low + (high - low) * wz;
  }
}

/** The runs of voxels in a row between four rows of blocks, without those that are no lung. */
function runsBetween({ names, isUneven }: Between, columns: Axis): readonly Run[] {
  const last = names.length - 1;
  const runs: Run[] = [];
  let run: { low: number; start: number; end: number; name: number } | undefined;
  for (const { low, start, end } of columns.cells) {
    const next = Math.min(low + 1, last);
    const even = isUneven[low] === 0 && isUneven[next] === 0 && names[low] === names[next];
    const name = even ? (names[low] as number) : mixed;
    if (name !== mixed && name === run?.name) run.end = end;
    else {
      run = { low, start, end, name };
      if (name !== 0) runs.push(run);
    }
  }
  return runs;
}

function towardsAir(hu: number): number {
  const evidence = (edgeHu - hu) / sureHu;
  return pull * (evidence > 1 ? 1 : evidence < -1 ? -1 : evidence);
}

/** The lobe with the most weight among the eight blocks around a voxel. */
function vote(
  blocks: Uint8Array,
  corners: Int32Array,
  c0: number,
  c1: number,
  wz: number,
  wy: number,
  wx: number,
  weights: Float64Array,
): number {
  weights.fill(0);
  let best = 0;
  for (let k = 0; k < 8; k++) {
    const name = blocks[(corners[k >> 1] as number) + (k & 1 ? c1 : c0)] as number;
    if (name === 0) continue;
    const weight = (k & 4 ? wz : 1 - wz) * (k & 2 ? wy : 1 - wy) * (k & 1 ? wx : 1 - wx);
    weights[name] = (weights[name] as number) + weight;
    if (best === 0 || (weights[name] as number) > (weights[best] as number)) best = name;
  }
  return best;
}
