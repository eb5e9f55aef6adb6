import type { FineGrid } from './fine-grid.ts';

/** Side of the cubes over which lung is averaged, mm. */
const cubeMm = 12;
/** With fewer blocks than this a cube says nothing. */
const leastBlocks = 30;

/**
 * How bright the lung is around each block of the fine grid (HU): the mean of what is like it in the same
 * cube, of all such blocks where that is too little. Opacities are like opacities, vessels and all; other
 * lung is like lung that is no vessel.
 *
 * @param lung 1 where blocks count
 * @param opacities 1 in opacities
 * @param vessels 1 in and about vessels
 */
export function lungLevel(
  { hu, shape, spacingMm }: FineGrid,
  lung: Uint8Array,
  opacities: Uint8Array,
  vessels: Uint8Array,
): Int16Array {
  const [depth, height, width] = shape;
  const [stepZ, stepY, stepX] = spacingMm.map((mm) => Math.max(1, Math.round(cubeMm / mm))) as [
    number,
    number,
    number,
  ];
  const rows = Math.ceil(height / stepY);
  const columns = Math.ceil(width / stepX);
  // Two means a cube: of lung, and of opacities.
  const cubeAt = (z: number, y: number, x: number, opaque: number) =>
    2 * ((Math.floor(z / stepZ) * rows + Math.floor(y / stepY)) * columns + Math.floor(x / stepX)) +
    (opaque === 0 ? 0 : 1);
  const cubes = 2 * Math.ceil(depth / stepZ) * rows * columns;
  const sums = new Float64Array(cubes);
  const counts = new Uint32Array(cubes);
  const eachBlock = (visit: (i: number, cube: number) => void) => {
    let i = 0;
    for (let z = 0; z < depth; z++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++, i++) {
          if (lung[i] !== 0) visit(i, cubeAt(z, y, x, opacities[i] as number));
        }
      }
    }
  };
  eachBlock((i, cube) => {
    if (opacities[i] === 0 && vessels[i] !== 0) return;
    sums[cube] = (sums[cube] as number) + (hu[i] as number);
    counts[cube] = (counts[cube] as number) + 1;
  });
  const everywhere = [meanOf(sums, counts, 0), meanOf(sums, counts, 1)] as const;
  const level = new Int16Array(hu.length);
  eachBlock((i, cube) => {
    const count = counts[cube] as number;
    const mean = count < leastBlocks ? everywhere[(cube & 1) as 0 | 1] : (sums[cube] as number) / count;
    level[i] = Math.round(mean);
  });
  return level;
}

/** The mean over every other cube, from the first or the second on; 0 where they are empty. */
function meanOf(sums: Float64Array, counts: Uint32Array, first: 0 | 1): number {
  let sum = 0;
  let count = 0;
  for (let cube = first; cube < sums.length; cube += 2) {
    sum += sums[cube] as number;
    count += counts[cube] as number;
  }
  return count === 0 ? 0 : sum / count;
}
