import type { CtVolume } from '../../volume/types.ts';
import type { NetworkLobes } from './lobe-network.ts';
import type { WorkGrid } from './work-grid.ts';

/** Lung is at least as likely as not (of 255). */
export const likelyLung = 128;

/** The network's answer on the work grid, [z, y, x]. */
export interface GridLobes {
  /** Probability of lung times 255, linear between the network's pixels and slices. */
  readonly lung: Uint8Array;
  /** Likeliest lobe (index in `lobes` + 1) of the nearest pixel and slice, 0 where lung is ruled out. */
  readonly lobe: Uint8Array;
}

/**
 * Carries the network's planes over to the work grid. A slice that lies farther from every asked one than
 * they lie from each other was left out because it holds no air.
 */
export function networkOnGrid(volume: CtVolume, grid: WorkGrid, network: NetworkLobes): GridLobes {
  const [depth, height, width] = grid.shape;
  const lung = new Uint8Array(depth * height * width);
  const lobe = new Uint8Array(lung.length);
  const rows = inPixels(grid.factors[1], height, volume.shape[1], network.size[0]);
  const columns = inPixels(grid.factors[2], width, volume.shape[2], network.size[1]);
  const reach = Math.max(grid.factors[0], network.step);
  for (let z = 0; z < depth; z++) {
    const centre = z * grid.factors[0] + (grid.factors[0] - 1) / 2;
    const [below, above, weight] = neighbours(network.slices, centre);
    const nearest = weight < 0.5 ? below : above;
    const at = network.slices[nearest];
    if (at === undefined || Math.abs(at - centre) > reach) continue;
    const low = network.lung[below] as Uint8Array;
    const high = network.lung[above] as Uint8Array;
    const names = network.lobe[nearest] as Uint8Array;
    let out = z * height * width;
    for (let y = 0; y < height; y++) {
      const row0 = (rows.first[y] as number) * network.size[1];
      const row1 = (rows.second[y] as number) * network.size[1];
      const wy = rows.weight[y] as number;
      const nearRow = (rows.nearest[y] as number) * network.size[1];
      for (let x = 0; x < width; x++, out++) {
        const c0 = columns.first[x] as number;
        const c1 = columns.second[x] as number;
        const wx = columns.weight[x] as number;
        const a = bilinear(low, row0, row1, wy, c0, c1, wx);
        const b = below === above ? a : bilinear(high, row0, row1, wy, c0, c1, wx);
        lung[out] = a + (b - a) * weight + 0.5;
        lobe[out] = names[nearRow + (columns.nearest[x] as number)] as number;
      }
    }
  }
  return { lung, lobe };
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

/** Where the centre of each work voxel lies among the network's pixels, both covering the same `full` voxels. */
function inPixels(factor: number, count: number, full: number, size: number) {
  const first = new Int32Array(count);
  const second = new Int32Array(count);
  const nearest = new Int32Array(count);
  const weight = new Float32Array(count);
  for (let i = 0; i < count; i++) {
    const end = Math.min((i + 1) * factor, full);
    const centre = (((i * factor + end) / 2) * size) / full - 0.5;
    const inside = Math.min(size - 1, Math.max(0, centre));
    first[i] = Math.floor(inside);
    second[i] = Math.min(size - 1, Math.floor(inside) + 1);
    weight[i] = inside - Math.floor(inside);
    nearest[i] = Math.round(inside);
  }
  return { first, second, nearest, weight };
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
