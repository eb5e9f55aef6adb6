import { nextOccupied, scanMask } from './mask-scan.ts';
import type { LabelMap } from './types.ts';

/** The indices z of the slices that hold at least one label, from feet to head. */
export function occupiedSlices({ data, shape: [depth, height, width] }: LabelMap): number[] {
  const sliceSize = height * width;
  const scan = scanMask(data);
  const occupied: number[] = [];
  for (let z = 0; z < depth; z++) {
    const end = (z + 1) * sliceSize;
    if (nextOccupied(scan, z * sliceSize, end) < end) occupied.push(z);
  }
  return occupied;
}
