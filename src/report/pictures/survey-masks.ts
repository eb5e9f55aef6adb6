import type { PipelineMasks } from '../../pipeline/types.ts';
import type { Box } from '../../volume/box.ts';
import { nextOccupied, scanMask } from '../../volume/mask-scan.ts';
import type { LabelMap, Shape3 } from '../../volume/types.ts';

/** What masks hold, and where: all that is needed to choose planes. */
export interface MaskSurvey {
  readonly shape: Shape3;
  /** Around the lobes; absent where there are none. */
  readonly lungs?: Box;
  /** Voxels of opacity inside the lobes in each plane across z, y and x. */
  readonly opacities: readonly [z: Uint32Array, y: Uint32Array, x: Uint32Array];
}

/** Reads both masks once. */
export function surveyMasks({ lobes, opacities }: PipelineMasks): MaskSurvey {
  const lungs = boxAround(lobes);
  const counts = countByPlane(lobes, opacities);
  return { shape: lobes.shape, opacities: counts, ...(lungs === undefined ? {} : { lungs }) };
}

/** As `boundingBox` of the volume, but past everything that is empty four voxels at a time: 75 million of them. */
function boxAround({ data, shape: [depth, height, width] }: LabelMap): Box | undefined {
  const scan = scanMask(data);
  const low = [depth, height, width] as [number, number, number];
  const high = [-1, -1, -1] as [number, number, number];
  const end = data.length;
  for (let i = nextOccupied(scan, 0, end); i < end; ) {
    const row = Math.floor(i / width);
    const z = Math.floor(row / height);
    const y = row - z * height;
    // No further back than what is known to be in the box.
    const known = row * width + Math.max(high[2], i - row * width);
    let last = (row + 1) * width - 1;
    while (last > known && data[last] === 0) last--;
    low[0] = Math.min(low[0], z);
    low[1] = Math.min(low[1], y);
    low[2] = Math.min(low[2], i - row * width);
    high[0] = z;
    high[1] = Math.max(high[1], y);
    high[2] = Math.max(high[2], last - row * width);
    i = nextOccupied(scan, (row + 1) * width, end);
  }
  if (high[0] < 0) return undefined;
  return { start: low, end: [high[0] + 1, high[1] + 1, high[2] + 1] };
}

function countByPlane(lobes: LabelMap, { data, shape: [depth, height, width] }: LabelMap) {
  const byZ = new Uint32Array(depth);
  const byY = new Uint32Array(height);
  const byX = new Uint32Array(width);
  const scan = scanMask(data);
  const end = data.length;
  let i = nextOccupied(scan, 0, end);
  while (i < end) {
    const row = Math.floor(i / width);
    const z = Math.floor(row / height);
    const rowEnd = (row + 1) * width;
    let inRow = 0;
    for (; i < rowEnd; i++) {
      if (data[i] === 0 || lobes.data[i] === 0) continue;
      const x = i - row * width;
      byX[x] = (byX[x] as number) + 1;
      inRow++;
    }
    byZ[z] = (byZ[z] as number) + inRow;
    byY[row - z * height] = (byY[row - z * height] as number) + inRow;
    i = nextOccupied(scan, rowEnd, end);
  }
  return [byZ, byY, byX] as const;
}
