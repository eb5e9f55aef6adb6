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
  const farthest = new Float32Array(angles);
  const nearest = new Float32Array(angles);
  for (let z = 0; z < depth; z++) {
    farthest.fill(0);
    nearest.fill(Infinity);
    const slice = z * height * width;
    const polar = (i: number): readonly [number, number] => {
      const dy = (Math.floor((i - slice) / width) - middleY) * mmY;
      const dx = (((i - slice) % width) - middleX) * mmX;
      return [Math.floor((Math.atan2(dy, dx) / Math.PI + 1) * (angles / 2)) % angles, dy * dy + dx * dx];
    };
    for (let i = slice; i < slice + height * width; i++) {
      if (lung[i] === 0) continue;
      const [angle, radius] = polar(i);
      if (radius > (farthest[angle] as number)) farthest[angle] = radius;
      if (radius < (nearest[angle] as number)) nearest[angle] = radius;
    }
    for (let i = slice; i < slice + height * width; i++) {
      if (dense[i] === 0) continue;
      const [angle, radius] = polar(i);
      if (radius >= (nearest[angle] as number)) out[i] = lungNearer;
      if (radius < (farthest[angle] as number)) out[i] = (out[i] as number) | lungFarther;
    }
  }
  return out;
}
