import type { CtVolume } from '../../volume/types.ts';
import { type GridLobes, likelyLung } from './network-on-grid.ts';
import type { WorkGrid } from './work-grid.ts';

/** [ours] A slice with less lung than this by the networks (mm2) may well have none in the end. */
const enoughMm2 = 1000;

/** The slices of the volume in which the networks see lung, those with the most of it first. */
export function likelySlices(volume: CtVolume, grid: WorkGrid, { lung }: GridLobes): number[] {
  const [depth, height, width] = grid.shape;
  const pixelMm2 = grid.spacingMm[1] * grid.spacingMm[2];
  const areas = Array.from({ length: depth }, (_, z) => {
    let count = 0;
    const end = (z + 1) * height * width;
    for (let i = end - height * width; i < end; i++) if ((lung[i] as number) >= likelyLung) count++;
    return { z, mm2: count * pixelMm2 };
  });
  const likely = areas.filter(({ mm2 }) => mm2 >= enoughMm2).sort((a, b) => b.mm2 - a.mm2);
  return likely.flatMap(({ z }) => {
    const first = z * grid.factors[0];
    const end = Math.min(volume.shape[0], first + grid.factors[0]);
    return Array.from({ length: end - first }, (_, i) => first + i);
  });
}
