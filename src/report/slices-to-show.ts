import { occupiedSlices } from '../volume/occupied-slices.ts';
import type { LabelMap } from '../volume/types.ts';

/**
 * Slices that show what was found, head to feet: `count` that part the height of the lungs evenly, the nearest of
 * them moved to the most affected one, where there is one.
 *
 * @param lobes a volume without any lung is shown evenly from end to end
 */
export function slicesToShow(lobes: LabelMap, mostAffected: number | undefined, count: number): number[] {
  const occupied = occupiedSlices(lobes);
  const first = occupied[0] ?? 0;
  const last = occupied.at(-1) ?? lobes.shape[0] - 1;
  const even = Array.from({ length: count }, (_, i) =>
    Math.round(first + ((i + 0.5) * (last - first)) / count),
  );
  if (mostAffected !== undefined) {
    const distance = (z: number) => Math.abs(z - mostAffected);
    const nearest = even.reduce((best, z, i) => (distance(z) < distance(even[best] ?? z) ? i : best), 0);
    even[nearest] = mostAffected;
  }
  return [...new Set(even)].sort((a, b) => b - a);
}
