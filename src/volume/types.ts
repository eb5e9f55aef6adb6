/** Array order everywhere: [z, y, x], x fastest. */
export type Shape3 = readonly [z: number, y: number, x: number];
/** Voxel spacing in mm, [z, y, x]. */
export type SpacingMm = readonly [z: number, y: number, x: number];
/** A point or direction in the patient's frame (LPS, mm): x to the left, y to the back, z to the head. */
export type Vec3 = readonly [x: number, y: number, z: number];

/**
 * A CT volume as PIPELINE.md 2 stores it: Int16 HU, z from feet to head, y from front to back, x from the
 * patient's right to left, whatever order the scanner used.
 */
export interface CtVolume {
  /** HU, [z, y, x]; backed by a SharedArrayBuffer when it crosses threads. */
  readonly data: Int16Array;
  readonly shape: Shape3;
  readonly spacingMm: SpacingMm;
  /** Position of the centre of voxel [0, 0, 0]. */
  readonly originMm: Vec3;
  /** Unit vectors along the array's x, y and z. Near the identity; exact for oblique scans. */
  readonly direction: { readonly x: Vec3; readonly y: Vec3; readonly z: Vec3 };
}

/** A label map or binary mask on a grid of its own or the volume's; 0 is background. */
export interface LabelMap {
  readonly data: Uint8Array;
  readonly shape: Shape3;
}

export function voxelCount([z, y, x]: Shape3): number {
  return z * y * x;
}

/** Volume of one voxel in mL (1 mL = 1000 mm3). */
export function voxelMl([z, y, x]: SpacingMm): number {
  return (z * y * x) / 1000;
}
