import { type Box, boundingBox, boxShape, crop, eachRow } from './box.ts';
import { squaredDistanceWithin } from './distance.ts';
import { type Shape3, type SpacingMm, voxelCount } from './types.ts';

/** Every voxel within `radiusMm` of the mask (a ball in mm, whatever the spacing). */
export function dilate(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const distance = squaredDistanceWithin(mask, shape, spacingMm, radiusMm);
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = distance[i] === Infinity ? 0 : 1;
  return out;
}

/**
 * The voxels farther than `radiusMm` from everything outside the mask. What lies beyond the array's border
 * counts as inside, so that a lung cut off by the end of the scan does not shrink there.
 */
export function erode(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  return invert(dilate(invert(mask), shape, spacingMm, radiusMm));
}

/**
 * Dilation, then erosion: fills gaps and dents narrower than twice the radius, keeps every voxel of the mask.
 * The array is widened meanwhile, so that a mask near its border does not grow onto it.
 */
export function close(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const [padZ, padY, padX] = spacingMm.map((mm) => Math.floor(radiusMm / mm) + 1) as [number, number, number];
  const wide: Shape3 = [shape[0] + 2 * padZ, shape[1] + 2 * padY, shape[2] + 2 * padX];
  const middle: Box = {
    start: [padZ, padY, padX],
    end: [padZ + shape[0], padY + shape[1], padX + shape[2]],
  };
  const padded = new Uint8Array(voxelCount(wide));
  eachRow(wide, middle, (at, from, length) => padded.set(mask.subarray(from, from + length), at));
  const closed = erode(dilate(padded, wide, spacingMm, radiusMm), wide, spacingMm, radiusMm);
  return crop(closed, wide, middle);
}

/** Erosion, then dilation: takes away what is narrower than twice the radius. */
export function open(mask: Uint8Array, shape: Shape3, spacingMm: SpacingMm, radiusMm: number): Uint8Array {
  const out = new Uint8Array(mask.length);
  // Nothing is gained, and a frame of one voxel around the mask is all that it can be eroded from.
  const box = boundingBox(mask, shape, 1);
  if (box === undefined) return out;
  const part = boxShape(box);
  const eroded = erode(crop(mask, shape, box), part, spacingMm, radiusMm);
  const opened = dilate(eroded, part, spacingMm, radiusMm);
  eachRow(shape, box, (at, from, length) => out.set(opened.subarray(from, from + length), at));
  return out;
}

/** 1 where the mask is 0, 0 elsewhere. */
export function invert(mask: Uint8Array): Uint8Array {
  const out = new Uint8Array(mask.length);
  for (let i = 0; i < out.length; i++) out[i] = mask[i] === 0 ? 1 : 0;
  return out;
}
