import type { PipelineMasks } from '../../pipeline/types.ts';
import { type Box, boundingBox } from '../../volume/box.ts';
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
  const lungs = boundingBox(lobes.data, lobes.shape);
  const counts = countByPlane(lobes, opacities);
  return { shape: lobes.shape, opacities: counts, ...(lungs === undefined ? {} : { lungs }) };
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
