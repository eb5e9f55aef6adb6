import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import type { CtVolume } from '../../volume/types.ts';
import type { LabelledSlices, SeenPart } from './slice-network.ts';
import type { WorkGrid } from './work-grid.ts';

/** Lung is at least as likely as not (of 255). */
export const likelyLung = 128;

/** A network's answer on the work grid, [z, y, x]. */
export interface GridLabels {
  /** Probability of lung times 255, linear between the network's pixels and slices. */
  readonly lung: Uint8Array;
  /** Likeliest part (its index + 1) of the nearest pixel and slice, 0 where lung is ruled out. */
  readonly label: Uint8Array;
}

/** What the networks say of the lungs on the work grid, [z, y, x]. */
export interface GridLobes {
  /** Probability of lung times 255; with two networks that of the surer one. */
  readonly lung: Uint8Array;
  /** Likeliest lobe (index in `lobes` + 1), 0 where lung is ruled out. */
  readonly lobe: Uint8Array;
  /** The side (1 right, 2 left) by a network that knows sides only, 0 where it says nothing. */
  readonly side?: Uint8Array;
}

/**
 * Carries the network's planes over to the work grid. A slice that lies farther from every asked one than
 * they lie from each other was left out because it holds no air.
 */
export function networkOnGrid(volume: CtVolume, grid: WorkGrid, network: LabelledSlices): GridLabels {
  const [depth, height, width] = grid.shape;
  const lung = new Uint8Array(depth * height * width);
  const label = new Uint8Array(lung.length);
  const seen: SeenPart = network.seen ?? { rows: [0, volume.shape[1]], columns: [0, volume.shape[2]] };
  const rows = inPixels(grid.factors[1], height, volume.shape[1], seen.rows, network.size[0]);
  const columns = inPixels(grid.factors[2], width, volume.shape[2], seen.columns, network.size[1]);
  const reach = Math.max(grid.factors[0], network.step);
  for (let z = 0; z < depth; z++) {
    const centre = z * grid.factors[0] + (grid.factors[0] - 1) / 2;
    const [below, above, weight] = neighbours(network.slices, centre);
    const nearest = weight < 0.5 ? below : above;
    const at = network.slices[nearest];
    if (at === undefined || Math.abs(at - centre) > reach) continue;
    const low = network.lung[below] as Uint8Array;
    const high = network.lung[above] as Uint8Array;
    const names = network.label[nearest] as Uint8Array;
    const { first, end } = occupiedParts([low, high, names], network.size);
    for (let y = 0; y < height; y++) {
      const row0 = rows.first[y] as number;
      const row1 = rows.second[y] as number;
      // What is nothing stays 0: the lungs fill a small part of what the network sees.
      const left = Math.min(first[row0] as number, first[row1] as number);
      const right = Math.max(end[row0] as number, end[row1] as number);
      if (rows.inside[y] === 0 || left >= right) continue;
      const at0 = row0 * network.size[1];
      const at1 = row1 * network.size[1];
      const wy = rows.weight[y] as number;
      const nearRow = (rows.nearest[y] as number) * network.size[1];
      const out = (z * height + y) * width;
      let x = 0;
      while (x < width && (columns.second[x] as number) < left) x++;
      for (; x < width && (columns.first[x] as number) < right; x++) {
        if (columns.inside[x] === 0) continue;
        const c0 = columns.first[x] as number;
        const c1 = columns.second[x] as number;
        const wx = columns.weight[x] as number;
        const a = bilinear(low, at0, at1, wy, c0, c1, wx);
        const b = below === above ? a : bilinear(high, at0, at1, wy, c0, c1, wx);
        lung[out + x] = a + (b - a) * weight + 0.5;
        label[out + x] = names[nearRow + (columns.nearest[x] as number)] as number;
      }
    }
  }
  return { lung, label };
}

/** For each row where the first pixel is that is not 0 in any of the planes, and one past the last. */
function occupiedParts(planes: readonly Uint8Array[], [height, width]: readonly [number, number]) {
  const first = new Int32Array(height).fill(width);
  const end = new Int32Array(height);
  for (const plane of planes) {
    const scan = scanMask(plane);
    for (let row = 0; row < height; row++) {
      const start = row * width;
      const left = nextOccupied(scan, start, start + width) - start;
      if (left === width) continue;
      let right = width;
      while (plane[start + right - 1] === 0) right--;
      first[row] = Math.min(first[row] as number, left);
      end[row] = Math.max(end[row] as number, right);
    }
  }
  return { first, end };
}

function bilinear(
  plane: Uint8Array,
  row0: number,
  row1: number,
  wy: number,
  c0: number,
  c1: number,
  wx: number,
): number {
  const p00 = plane[row0 + c0] as number;
  const p10 = plane[row1 + c0] as number;
  const top = p00 + ((plane[row0 + c1] as number) - p00) * wx;
  const bottom = p10 + ((plane[row1 + c1] as number) - p10) * wx;
  return top + (bottom - top) * wy;
}

/**
 * Where the centre of each work voxel lies among the network's `size` pixels, which cover the `seen` ones of the
 * `full` voxels of the volume; and whether it lies among them at all.
 */
function inPixels(factor: number, count: number, full: number, seen: SeenPart['rows'], size: number) {
  const [start, end] = seen;
  const inside = new Uint8Array(count);
  const first = new Int32Array(count);
  const second = new Int32Array(count);
  const nearest = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const voxel = (i * factor + Math.min((i + 1) * factor, full)) / 2;
    const centre = ((voxel - start) * size) / (end - start) - 0.5;
    const at = Math.min(size - 1, Math.max(0, centre));
    inside[i] = voxel > start && voxel < end ? 1 : 0;
    first[i] = Math.floor(at);
    second[i] = Math.min(size - 1, Math.floor(at) + 1);
    weight[i] = at - Math.floor(at);
    nearest[i] = Math.round(at);
  }
  return { inside, first, second, nearest, weight };
}

/** The indices of the asked slices on both sides of a position, and how far it is on the way to the upper. */
function neighbours(slices: readonly number[], position: number): readonly [number, number, number] {
  let above = slices.findIndex((z) => z >= position);
  if (above < 0) above = slices.length - 1;
  const below = Math.max(
    0,
    slices[above] !== undefined && (slices[above] as number) > position ? above - 1 : above,
  );
  const low = slices[below] ?? 0;
  const high = slices[above] ?? 0;
  const weight = high === low ? 0 : (position - low) / (high - low);
  return [below, above, Math.min(1, Math.max(0, weight))];
}
