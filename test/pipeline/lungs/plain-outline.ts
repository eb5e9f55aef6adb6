import { dilate } from '../../../src/volume/morphology.ts';
import type { CtVolume, Shape3, SpacingMm } from '../../../src/volume/types.ts';

interface Grid {
  readonly hu: Int16Array;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  readonly factors: Shape3;
}

/** `ontoVolume` as its text says it, voxel by voxel, with nothing skipped and nothing kept. */
export function plainOutline({ data, shape }: CtVolume, grid: Grid, blocks: Uint8Array): Uint8Array {
  const [, rows, columns] = grid.shape;
  const aerated = blocks.map((label, i) => (label !== 0 && (grid.hu[i] ?? 0) < -450 ? 1 : 0));
  const nearAir = dilate(aerated, grid.shape, grid.spacingMm, 3);
  const at = (z: number, y: number, x: number) => (z * rows + y) * columns + x;
  const block = (z: number, y: number, x: number) => blocks[at(z, y, x)] ?? 0;
  const isNoLung = (z: number, y: number, x: number) =>
    y >= 0 && y < rows && x >= 0 && x < columns && block(z, y, x) === 0;
  const isSurface = (z: number, y: number, x: number) =>
    block(z, y, x) !== 0 &&
    ((grid.factors[2] === 1 && (isNoLung(z, y, x - 1) || isNoLung(z, y, x + 1))) ||
      (grid.factors[1] === 1 && (isNoLung(z, y - 1, x) || isNoLung(z, y + 1, x))));
  const between = (i: number, axis: 0 | 1 | 2) => {
    const factor = grid.factors[axis];
    const last = grid.shape[axis] - 1;
    const place = Math.min(last, Math.max(0, (i - (factor - 1) / 2) / factor));
    const low = Math.floor(place);
    return { low, high: Math.min(low + 1, last), weight: Math.fround(place - low) };
  };
  const out = new Uint8Array(data.length);
  for (let i = 0; i < out.length; i++) {
    const x = i % shape[2];
    const y = Math.floor(i / shape[2]) % shape[1];
    const z = Math.floor(i / (shape[1] * shape[2]));
    const [bz, by, bx] = [between(z, 0), between(y, 1), between(x, 2)];
    const inside = (column: number) => {
      const low = part(block(bz.low, by.low, column), block(bz.low, by.high, column), by.weight);
      const high = part(block(bz.high, by.low, column), block(bz.high, by.high, column), by.weight);
      return Math.fround(low + (high - low) * bz.weight);
    };
    const [first, second] = [inside(bx.low), inside(bx.high)];
    let deep = first + (second - first) * bx.weight;
    if (first === 0 && second === 0) continue;
    const nearest = [bz, by, bx].map(({ low, high, weight }) => (weight < 0.5 ? low : high)) as [
      number,
      number,
      number,
    ];
    if (deep > 0.75 && isSurface(...nearest)) deep = 0.75;
    const evidence = Math.min(1, Math.max(-1, (-450 - (data[i] ?? 0)) / 100));
    const moved = deep < 1 && nearAir[at(...nearest)] === 1 ? evidence / 2 : 0;
    if (deep + moved <= 0.5) continue;
    const weights = new Float64Array(6);
    let best = 0;
    for (const [cz, wz] of corners(bz)) {
      for (const [cy, wy] of corners(by)) {
        for (const [cx, wx] of corners(bx)) {
          const name = block(cz, cy, cx);
          if (name === 0) continue;
          weights[name] = (weights[name] ?? 0) + wz * wy * wx;
          if (best === 0 || (weights[name] ?? 0) > (weights[best] ?? 0)) best = name;
        }
      }
    }
    out[i] = best;
  }
  return out;
}

function part(low: number, high: number, weight: number): number {
  if (low !== 0 && high !== 0 && low === high) return 1;
  return (low === 0 ? 0 : 1 - weight) + (high === 0 ? 0 : weight);
}

function corners({ low, high, weight }: { low: number; high: number; weight: number }) {
  return [
    [low, 1 - weight],
    [high, weight],
  ] as const;
}
