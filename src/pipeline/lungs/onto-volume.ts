import { type Box, boundingBox, boxShape, crop, eachRow } from '../../volume/box.ts';
import { dilate } from '../../volume/morphology.ts';
import { type CtVolume, type LabelMap, voxelCount } from '../../volume/types.ts';
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
const mixed = 255;

interface Axis {
  /** The first of the two blocks whose centres embrace each voxel, and how far it is towards the second. */
  readonly low: Int32Array;
  readonly weight: Float32Array;
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
  const [depthAxis, rowAxis, columnAxis] = [0, 1, 2].map((axis) =>
    betweenBlocks(grid.factors[axis] as number, shape[axis] as number, grid.shape[axis] as number),
  ) as [Axis, Axis, Axis];
  const [, height, width] = shape;
  const [, rows, columns] = grid.shape;
  const span = (axis: 0 | 1 | 2) =>
    [
      box.start[axis] * grid.factors[axis],
      Math.min(shape[axis], box.end[axis] * grid.factors[axis]),
    ] as const;
  const [z0, z1] = span(0);
  const [y0, y1] = span(1);
  const [x0, x1] = span(2);
  const inside = new Float32Array(columns);
  const names = new Uint8Array(columns);
  const corners = new Int32Array(4);
  const nearAir = nearAeratedLung(grid, blocks, box);
  const surface = surfaceBlocks(grid, blocks);
  const votes = new Float64Array(lobes.length + 1);
  for (let z = z0; z < z1; z++) {
    const slice0 = (depthAxis.low[z] as number) * rows * columns;
    const slice1 = Math.min(slice0 + rows * columns, (grid.shape[0] - 1) * rows * columns);
    const wz = depthAxis.weight[z] as number;
    for (let y = y0; y < y1; y++) {
      const row0 = (rowAxis.low[y] as number) * columns;
      const row1 = Math.min(row0 + columns, (rows - 1) * columns);
      const wy = rowAxis.weight[y] as number;
      corners.set([slice0 + row0, slice0 + row1, slice1 + row0, slice1 + row1]);
      if (!readColumns(blocks, corners, wz, wy, box.start[2], box.end[2], inside, names)) continue;
      const offset = (z * height + y) * width;
      for (let x = x0; x < x1; x++) {
        const c0 = columnAxis.low[x] as number;
        const c1 = Math.min(c0 + 1, columns - 1);
        const f0 = inside[c0] as number;
        const f1 = inside[c1] as number;
        if (f0 === 0 && f1 === 0) continue;
        const wx = columnAxis.weight[x] as number;
        let depth = f0 + (f1 - f0) * wx;
        if (depth < 1 || surface !== undefined) {
          const block = (wz < 0.5 ? slice0 : slice1) + (wy < 0.5 ? row0 : row1) + (wx < 0.5 ? c0 : c1);
          if (depth > surfaceDepth && surface?.[block] === 1) depth = surfaceDepth;
          const moved = depth < 1 && nearAir[block] === 1 ? towardsAir(data[offset + x] as number) : 0;
          if (depth + moved <= 0.5) continue;
        }
        const n0 = names[c0] as number;
        const n1 = names[c1] as number;
        const oneName = n0 !== mixed && n1 !== mixed && (n0 === n1 || n0 === 0 || n1 === 0);
        out[offset + x] = oneName ? n0 || n1 : vote(blocks, corners, c0, c1, wz, wy, wx, votes);
      }
    }
  }
  return { data: out, shape };
}

/** 1 for the blocks of the box within `airReachMm` of one that is aerated lung. */
function nearAeratedLung({ hu, shape, spacingMm }: WorkGrid, blocks: Uint8Array, box: Box): Uint8Array {
  const aerated = new Uint8Array(blocks.length);
  for (let i = 0; i < aerated.length; i++) aerated[i] = blocks[i] !== 0 && (hu[i] as number) < edgeHu ? 1 : 0;
  const near = dilate(crop(aerated, shape, box), boxShape(box), spacingMm, airReachMm);
  eachRow(shape, box, (at, from, length) => aerated.set(near.subarray(from, from + length), at));
  return aerated;
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

function betweenBlocks(factor: number, count: number, blocks: number): Axis {
  const low = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const at = Math.min(blocks - 1, Math.max(0, (i - (factor - 1) / 2) / factor));
    low[i] = Math.floor(at);
    weight[i] = at - Math.floor(at);
  }
  return { low, weight };
}

/**
 * For one row of voxels: how much of lung there is at each column of blocks, between the four blocks around
 * the row, and which lobe (`mixed` where they differ). False where there is none at all.
 */
function readColumns(
  blocks: Uint8Array,
  corners: Int32Array,
  wz: number,
  wy: number,
  start: number,
  end: number,
  inside: Float32Array,
  names: Uint8Array,
): boolean {
  const a = corners[0] as number;
  const b = corners[1] as number;
  const c = corners[2] as number;
  const d = corners[3] as number;
  let any = false;
  for (let x = start; x < end; x++) {
    const na = blocks[a + x] as number;
    const nb = blocks[b + x] as number;
    const nc = blocks[c + x] as number;
    const nd = blocks[d + x] as number;
    if (na === nb && nb === nc && nc === nd) {
      inside[x] = na === 0 ? 0 : 1;
      names[x] = na;
      if (na !== 0) any = true;
      continue;
    }
    any = true;
    const low = (na === 0 ? 0 : 1 - wy) + (nb === 0 ? 0 : wy);
    const high = (nc === 0 ? 0 : 1 - wy) + (nd === 0 ? 0 : wy);
    inside[x] = low + (high - low) * wz;
    const name = na || nb || nc || nd;
    const same = (n: number) => n === 0 || n === name;
    names[x] = same(nb) && same(nc) && same(nd) ? name : mixed;
  }
  return any;
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
