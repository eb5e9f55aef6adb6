import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import type { Shape3 } from '../../volume/types.ts';

/** A mask and the 26 neighbours of each of its blocks; blocks at the border of the array have none. */
export function withNeighbours(mask: Uint8Array, [depth, height, width]: Shape3): Uint8Array {
  const out = mask.slice();
  const scan = scanMask(mask);
  const end = mask.length;
  const slice = height * width;
  for (let i = nextOccupied(scan, 0, end); i < end; i = nextOccupied(scan, i + 1, end)) {
    const row = Math.floor(i / width);
    const z = Math.floor(row / height);
    const y = row - z * height;
    const x = i - row * width;
    if (z === 0 || y === 0 || x === 0 || z === depth - 1 || y === height - 1 || x === width - 1) continue;
    for (let dz = -slice; dz <= slice; dz += slice) {
      for (let dy = -width; dy <= width; dy += width) out.fill(1, i + dz + dy - 1, i + dz + dy + 2);
    }
  }
  return out;
}
