import type { CtVolume, Vec3 } from '../volume/types.ts';

export interface GridOfVolume {
  /** Where a point of the patient (LPS, mm) lies in the volume, in voxels along [x, y, z]; not rounded. */
  indexOf(pointMm: Vec3): Vec3;
  /** The same for a way from one point to another. */
  stepOf(vectorMm: Vec3): Vec3;
}

/** From the patient's millimetres to the volume's voxels; directions that are not quite at right angles too. */
export function gridOf({ originMm, direction, spacingMm }: Omit<CtVolume, 'data' | 'shape'>): GridOfVolume {
  const scaled = (vector: Vec3, by: number): Vec3 => [vector[0] * by, vector[1] * by, vector[2] * by];
  const x = scaled(direction.x, spacingMm[2]);
  const y = scaled(direction.y, spacingMm[1]);
  const z = scaled(direction.z, spacingMm[0]);
  // The rows of the inverse of the matrix with columns x, y, z.
  const volume = dot(x, cross(y, z));
  const rows = [cross(y, z), cross(z, x), cross(x, y)].map((row) => scaled(row, 1 / volume));
  const stepOf = (vector: Vec3) => rows.map((row) => dot(row, vector)) as unknown as Vec3;
  return {
    stepOf,
    indexOf: (point) => stepOf([point[0] - originMm[0], point[1] - originMm[1], point[2] - originMm[2]]),
  };
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
