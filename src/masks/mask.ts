import type { Vec3 } from '../volume/types.ts';

/**
 * A box of labels with its place in the patient (LPS, mm). `step.i` leads from one voxel to the next in the
 * order of `labels`, `step.j` from one row of it to the next, `step.k` from one plane to the next.
 */
export interface MaskBlock {
  /** `size[0]` fastest. 0 is background. Made anew with each call where the file packs them: take them once. */
  readonly labels: () => Uint16Array | Uint8Array;
  readonly size: readonly [i: number, j: number, k: number];
  /** Centre of the first voxel. */
  readonly originMm: Vec3;
  readonly step: { readonly i: Vec3; readonly j: Vec3; readonly k: Vec3 };
}

/** What a mask file holds: one box, or the planes that a DICOM SEG stores, which need not cover the image. */
export interface Mask {
  readonly kind: 'volume' | 'planes';
  readonly blocks: readonly MaskBlock[];
}
