import { type BitRows, invertRows, packRows, unpackRows } from './bit-rows.ts';
import { boundingBox, wholeBox } from './box.ts';
import { dilateRows } from './dilate-rows.ts';
import type { Shape3, SpacingMm } from './types.ts';

/** Every voxel within `radiusMm` of the mask (a ball in mm, whatever the spacing). */
export function dilate(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const whole = wholeBox(shape);
  const out = new Uint8Array(mask.length);
  unpackRows(dilateRows(packRows(mask, shape, whole), spacingMm, radiusMm), out, shape, whole);
  return out;
}

/**
 * The voxels farther than `radiusMm` from everything outside the mask. What lies beyond the array's border
 * counts as inside, so that a lung cut off by the end of the scan does not shrink there.
 */
export function erode(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const whole = wholeBox(shape);
  const out = new Uint8Array(mask.length);
  unpackRows(erodeRows(packRows(mask, shape, whole), spacingMm, radiusMm), out, shape, whole);
  return out;
}

/**
 * Dilation, then erosion: fills gaps and dents narrower than twice the radius, keeps every voxel of the mask.
 * The array is widened meanwhile, so that a mask near its border does not grow onto it.
 */
export function close(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const pad = spacingMm.map((mm) => Math.floor(radiusMm / mm) + 1) as [number, number, number];
  const whole = wholeBox(shape);
  const padded = packRows(mask, shape, whole, pad);
  const closed = erodeRows(dilateRows(padded, spacingMm, radiusMm), spacingMm, radiusMm);
  const out = new Uint8Array(mask.length);
  unpackRows(closed, out, shape, whole, pad);
  return out;
}

/** Erosion, then dilation: takes away what is narrower than twice the radius. */
export function open(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  // Nothing is gained, and a frame of one voxel around the mask is all that it can be eroded from.
  const box = boundingBox(mask, shape, 1);
  if (box === undefined) return out;
  const eroded = erodeRows(packRows(mask, shape, box), spacingMm, radiusMm);
  unpackRows(dilateRows(eroded, spacingMm, radiusMm), out, shape, box);
  return out;
}

/** Inverts the mask on the way. */
function erodeRows(mask: BitRows, spacingMm: SpacingMm, radiusMm: number): BitRows {
  invertRows(mask);
  const eroded = dilateRows(mask, spacingMm, radiusMm);
  invertRows(eroded);
  return eroded;
}
