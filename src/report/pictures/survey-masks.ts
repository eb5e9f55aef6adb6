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
  const counts = countByPlane(lobes, opacities, lungs);
  return { shape: lobes.shape, opacities: counts, ...(lungs === undefined ? {} : { lungs }) };
}

function countByPlane(lobes: LabelMap, { data, shape: [depth, height, width] }: LabelMap, lungs?: Box) {
  const byZ = new Uint32Array(depth);
  const byY = new Uint32Array(height);
  const byX = new Uint32Array(width);
  // There is none outside the lungs, which are a third of a scan or less.
  const { start, end } = lungs ?? { start: [0, 0, 0], end: [0, 0, 0] };
  const scan = scanMask(data);
  for (let z = start[0]; z < end[0]; z++) {
    for (let y = start[1]; y < end[1]; y++) {
      const row = (z * height + y) * width;
      const rowEnd = row + end[2];
      let inRow = 0;
      for (let i = nextOccupied(scan, row + start[2], rowEnd); i < rowEnd; i++) {
        if (data[i] === 0 || lobes.data[i] === 0) continue;
        const x = i - row;
        byX[x] = (byX[x] as number) + 1;
        inRow++;
      }
      byZ[z] = (byZ[z] as number) + inRow;
      byY[y] = (byY[y] as number) + inRow;
    }
  }
  return [byZ, byY, byX] as const;
}
