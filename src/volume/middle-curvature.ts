import type { Shape3, SpacingMm } from './types.ts';

/**
 * The middle eigenvalue of the matrix of second derivatives (Hessian) at one voxel of a smooth volume
 * [z, y, x], per mm2, by central differences. Along a tube the values change across it in two directions and
 * not along it: well below 0 in a tube that is brighter than what surrounds it, well above in a darker one,
 * near 0 in a sheet or on an edge (the idea of Sato et al. 1998 and Frangi et al. 1998). Eigenvalues in
 * closed form (Smith 1961). For no voxel at the border of the array.
 *
 * @param least where all three eigenvalues (the Laplacian) add up to less than this, 0 is returned: as much work is
 * saved, and along a straight tube the third is near 0
 */
export function middleCurvature(
  values: Float32Array,
  [, height, width]: Shape3,
  [mmZ, mmY, mmX]: SpacingMm,
  at: number,
  least = 0,
): number {
  const slice = height * width;
  const twice = 2 * (values[at] as number);
  const xx = ((values[at - 1] as number) - twice + (values[at + 1] as number)) / (mmX * mmX);
  const yy = ((values[at - width] as number) - twice + (values[at + width] as number)) / (mmY * mmY);
  const zz = ((values[at - slice] as number) - twice + (values[at + slice] as number)) / (mmZ * mmZ);
  if (Math.abs(xx + yy + zz) < least) return 0;
  const xy = cross(values, at, 1, width) / (4 * mmX * mmY);
  const xz = cross(values, at, 1, slice) / (4 * mmX * mmZ);
  const yz = cross(values, at, width, slice) / (4 * mmY * mmZ);
  return middleEigenvalue(xx, yy, zz, xy, xz, yz);
}

function cross(values: Float32Array, at: number, a: number, b: number): number {
  return (
    (values[at + a + b] as number) -
    (values[at + a - b] as number) -
    (values[at - a + b] as number) +
    (values[at - a - b] as number)
  );
}

function middleEigenvalue(xx: number, yy: number, zz: number, xy: number, xz: number, yz: number): number {
  const mean = (xx + yy + zz) / 3;
  const [a, b, c] = [xx - mean, yy - mean, zz - mean];
  const square = (a * a + b * b + c * c + 2 * (xy * xy + xz * xz + yz * yz)) / 6;
  if (square === 0) return mean;
  const p = Math.sqrt(square);
  const half = (a * (b * c - yz * yz) - xy * (xy * c - yz * xz) + xz * (xy * yz - b * xz)) / (2 * p * square);
  const angle = Math.acos(half > 1 ? 1 : half < -1 ? -1 : half) / 3;
  // The largest is mean + 2 p cos(angle); this is the one a third of a turn on the other side of the smallest.
  return mean + 2 * p * Math.cos(angle - (2 * Math.PI) / 3);
}
