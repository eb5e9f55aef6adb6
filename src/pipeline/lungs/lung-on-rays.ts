import type { Shape3, SpacingMm } from '../../volume/types.ts';

/** On the ray from the middle of its slice, a voxel has lung nearer to the middle, and lung farther out. */
export const lungNearer = 1;
const lungFarther = 2;

/** Rays from the middle of a slice. */
const angles = 360;

/** For every voxel of `dense`, on which sides of it the ray from the middle of its slice meets lung. */
export function lungOnRays(
  lung: Uint8Array,
  dense: Uint8Array,
  [depth, height, width]: Shape3,
  [, mmY, mmX]: SpacingMm,
  [middleY, middleX]: readonly [y: number, x: number],
): Uint8Array {
  const out = new Uint8Array(dense.length);
  const size = height * width;
  // Where a voxel lies is the same in every slice, and an arc tangent costs more than all the rest.
  const angleOf = new Uint16Array(size);
  const radiusOf = new Float64Array(size);
  for (let p = 0; p < size; p++) {
    const dy = (Math.floor(p / width) - middleY) * mmY;
    const dx = ((p % width) - middleX) * mmX;
    angleOf[p] = Math.floor((Math.atan2(dy, dx) / Math.PI + 1) * (angles / 2)) % angles;
    radiusOf[p] = dy * dy + dx * dx;
  }
  const farthest = new Float32Array(angles);
  const nearest = new Float32Array(angles);
  for (let z = 0; z < depth; z++) {
    farthest.fill(0);
    nearest.fill(Infinity);
    const slice = z * size;
    for (let p = 0; p < size; p++) {
      if (lung[slice + p] === 0) continue;
      const angle = angleOf[p] as number;
      const radius = radiusOf[p] as number;
      if (radius > (farthest[angle] as number)) farthest[angle] = radius;
      if (radius < (nearest[angle] as number)) nearest[angle] = radius;
    }
    for (let p = 0; p < size; p++) {
      if (dense[slice + p] === 0) continue;
      const angle = angleOf[p] as number;
      const radius = radiusOf[p] as number;
      const hasNearer = radius >= (nearest[angle] as number);
      const hasFarther = radius < (farthest[angle] as number);
      out[slice + p] = (hasNearer ? lungNearer : 0) | (hasFarther ? lungFarther : 0);
    }
  }
  return out;
}
