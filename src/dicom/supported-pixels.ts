import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';

/**
 * Lets grey pixels of 8 or 16 bits pass: what CT images are (PS3.3 C.8.2.1).
 * Errors: `pixel-data-unsupported`.
 */
export function requireSupportedPixels(header: InstanceHeader): void {
  const problem = unsupportedPixels(header);
  if (problem !== undefined) {
    const details = { sopInstanceUid: header.sopInstanceUid };
    throw new LobarError('pixel-data-unsupported', { problem }, { details });
  }
}

/** What keeps the pixels of an image from being read, as a clause; undefined where nothing does. */
export function unsupportedPixels(header: InstanceHeader): string | undefined {
  const { bitsAllocated, bitsStored, highBit, photometricInterpretation } = header;
  if (header.rows === 0 || header.columns === 0) return 'the object is no image';
  if (header.samplesPerPixel !== 1) return `${header.samplesPerPixel} samples a pixel`;
  if (!['MONOCHROME1', 'MONOCHROME2'].includes(photometricInterpretation)) return 'the image is in colour';
  if (bitsAllocated !== 8 && bitsAllocated !== 16) return `${bitsAllocated} bits allocated a pixel`;
  if (bitsStored < 1 || bitsStored > bitsAllocated) return `${bitsStored} bits stored of ${bitsAllocated}`;
  // PS3.5 8.1.1: the high bit is one less than BitsStored; anything else was retired.
  if (highBit !== bitsStored - 1) return `high bit ${highBit} for ${bitsStored} bits stored`;
  return undefined;
}
