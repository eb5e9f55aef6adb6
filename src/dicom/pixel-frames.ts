import { LobarError } from '../errors.ts';
import { encapsulatedFrame } from './encapsulated-frame.ts';
import type { InstanceHeader } from './instance-header.ts';
import type { ParsedInstance } from './parse-instance.ts';
import { frameBytes, wrongLength } from './samples.ts';
import { requireSupportedPixels } from './supported-pixels.ts';
import { pixelCoding } from './transfer-syntaxes.ts';

/** Gives the bytes of one frame by its number, from 1: native samples or one whole code stream. */
export type PixelFrames = (frameNumber: number) => Uint8Array;

/**
 * Finds the frames in the pixel data of an instance, without decoding. A view of the instance's bytes where
 * it can be, so that nothing is copied for the one frame of most CT images.
 *
 * Errors: `transfer-syntax-unsupported`, `pixel-data-unsupported`, `pixel-data-length`, `dicom-invalid`; each with the SOPInstanceUID
 * in its details.
 */
export function pixelFrames({ bytes, header, pixelData }: ParsedInstance): PixelFrames {
  const details = { sopInstanceUid: header.sopInstanceUid };
  const coding = pixelCoding(header.transferSyntaxUid ?? '', details);
  requireSupportedPixels(header);
  if (pixelData === undefined) throw wrongLength(header, frameBytes(header), 0);
  if (coding === 'native') return () => nativeFrame(bytes, header, pixelData);
  if (pixelData.length !== undefined) {
    throw new LobarError(
      'dicom-invalid',
      { problem: 'its compressed pixel data is not encapsulated' },
      { details },
    );
  }
  return () => encapsulatedFrame(bytes, pixelData.offset, details);
}

/** Native pixel data (PS3.5 8.1.1, A.1, A.2); of odd length it may be padded by one byte. */
function nativeFrame(
  bytes: Uint8Array,
  header: InstanceHeader,
  place: NonNullable<ParsedInstance['pixelData']>,
): Uint8Array {
  const expected = frameBytes(header);
  const declared = place.length ?? 0;
  const present = Math.min(declared, bytes.length - place.offset);
  if (present < expected || (declared !== expected && declared !== expected + (expected % 2))) {
    throw wrongLength(header, expected, present);
  }
  return bytes.subarray(place.offset, place.offset + expected);
}
