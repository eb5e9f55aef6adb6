import type { Shape3, SpacingMm } from './types.ts';

/** How far from a voxel of the mask the ball reaches along x, in voxels, in the row that lies [dz, dy] rows away. */
export interface BallRow {
  readonly dz: number;
  readonly dy: number;
  readonly dx: number;
}

/**
 * The rows of a ball of `radiusMm`, as far as it can reach within the shape [z, y, x]. Squared distances are added axis
 * by axis, x, y, z, in float32, and a sum may be above the square of the radius by a millionth: on its surface lie many
 * voxels, and whether they belong to it must not hang on the last bit of a spacing. The rule stands here alone, as
 * `dilate` and `nearMask` must agree bit for bit.
 */
export function ballRows(
  [depth, height, width]: Shape3,
  [mmZ, mmY, mmX]: SpacingMm,
  radiusMm: number,
): BallRow[] {
  const limit = radiusMm * radiusMm * (1 + 1e-6);
  const rowsAway = (mm: number, count: number) => Math.min(count - 1, Math.floor(Math.sqrt(limit) / mm));
  const farY = rowsAway(mmY, height);
  const isFlat = mmZ > radiusMm || depth === 1;
  const farZ = isFlat ? 0 : rowsAway(mmZ, depth);
  const squareMm2 = (voxels: number, mm: number) => voxels * mm * voxels * mm;
  const isWithin = (dz: number, dy: number, dx: number): boolean => {
    const inRow = dx * mmX * (dx * mmX);
    if (inRow > limit) return false;
    const inSlice = Math.fround(inRow) + squareMm2(dy, mmY);
    if (inSlice > limit) return false;
    return isFlat || Math.fround(inSlice) + squareMm2(dz, mmZ) <= limit;
  };
  const rows: BallRow[] = [];
  for (let dz = -farZ; dz <= farZ; dz++) {
    for (let dy = -farY; dy <= farY; dy++) {
      if (!isWithin(dz, dy, 0)) continue;
      let dx = 0;
      while (dx < width - 1 && isWithin(dz, dy, dx + 1)) dx++;
      rows.push({ dz, dy, dx });
    }
  }
  return rows;
}
