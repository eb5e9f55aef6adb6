import { type ExtendedTable, encapsulatedFrames, type FrameFragments } from './encapsulated-frames.ts';
import { broken, encapsulatedItems } from './encapsulated-items.ts';
import type { InstanceHeader } from './instance-header.ts';
import type { BytesPlace, ParsedInstance, PixelDataPlace } from './parse-instance.ts';
import { frameBytes, turned, wrongLength } from './samples.ts';
import { requireSupportedPixels } from './supported-pixels.ts';
import { isEncapsulated, pixelCoding } from './transfer-syntaxes.ts';
import { transferSyntaxes } from './uids.ts';

/** Gives the bytes of one frame by its number, from 1: native samples or one whole code stream. */
export type PixelFrames = (frameNumber: number) => Uint8Array;

/**
 * Finds the frames in the pixel data of an instance, without decoding. The one frame of most CT images is a
 * view of the instance's bytes; of several each is a copy with a buffer of its own, for the buffer behind a frame
 * is moved to a worker.
 *
 * Errors: `transfer-syntax-unsupported`, `pixel-data-unsupported`, `pixel-data-length`, `dicom-invalid`; each
 * with the SOPInstanceUID in its details.
 */
export function pixelFrames({ bytes, header, pixelData }: Omit<ParsedInstance, 'context'>): PixelFrames {
  const { sopInstanceUid, transferSyntaxUid = '', numberOfFrames: frames } = header;
  const details = { sopInstanceUid };
  const coding = pixelCoding(transferSyntaxUid, details);
  requireSupportedPixels(header);
  if (!Number.isInteger(frames) || frames < 1) throw broken(`it has ${frames} frames`, details);
  if (pixelData === undefined) throw wrongLength(header, frameBytes(header) * frames, 0);
  if (!isEncapsulated(transferSyntaxUid)) return nativeFrames(bytes, header, pixelData);
  if (pixelData.length !== undefined) throw broken('its compressed pixel data is not encapsulated', details);
  const hasMarks = coding !== 'native' && coding !== 'rle';
  const extendedTable = extendedTableOf(bytes, pixelData);
  const items = encapsulatedItems(bytes, pixelData.offset, details);
  const byFrame = encapsulatedFrames(items, { frames, extendedTable, hasMarks, details });
  // Native samples of an odd number of bytes are padded in their fragment.
  const length = coding === 'native' ? frameBytes(header) : undefined;
  return (frameNumber) => {
    const fragments = numbered(byFrame, frameNumber);
    const whole = fragments.length === 1 && frames === 1 ? onlyFragment(fragments) : joined(fragments);
    return length !== undefined && whole.length === length + (length % 2) ? whole.subarray(0, length) : whole;
  };
}

/** Native pixel data (PS3.5 8.1.1, A.1 to A.3); of odd length it may be padded by one byte. */
function nativeFrames(bytes: Uint8Array, header: InstanceHeader, place: PixelDataPlace): PixelFrames {
  const frames = header.numberOfFrames;
  const each = frameBytes(header);
  const expected = each * frames;
  const declared = place.length ?? 0;
  const present = Math.min(declared, bytes.length - place.offset);
  if (present < expected || (declared !== expected && declared !== expected + (expected % 2))) {
    throw wrongLength(header, expected, present);
  }
  const pixels = bytes.subarray(place.offset, place.offset + present);
  const data = isOfTurnedBytes(header, place) ? turned(pixels) : pixels;
  if (frames === 1) return () => data.subarray(0, expected);
  // Not slice(), which of a Buffer gives a view.
  return (frameNumber) => new Uint8Array(data.subarray((frameNumber - 1) * each, frameNumber * each));
}

/** Single bytes that were written as big-endian words (PS3.5 A.3 with VR OW) lie two by two in wrong order. */
function isOfTurnedBytes(
  { transferSyntaxUid, bitsAllocated }: InstanceHeader,
  place: PixelDataPlace,
): boolean {
  return transferSyntaxUid === transferSyntaxes.explicitBigEndian && bitsAllocated === 8 && place.vr === 'OW';
}

function extendedTableOf(
  bytes: Uint8Array,
  { extendedOffsets, extendedLengths }: PixelDataPlace,
): ExtendedTable | undefined {
  if (extendedOffsets === undefined && extendedLengths === undefined) return undefined;
  const bytesAt = ({ offset, length }: BytesPlace = { offset: 0, length: 0 }) =>
    bytes.subarray(offset, offset + length);
  return { offsets: bytesAt(extendedOffsets), lengths: bytesAt(extendedLengths) };
}

function numbered(byFrame: readonly FrameFragments[], frameNumber: number): FrameFragments {
  const fragments = byFrame[frameNumber - 1];
  if (fragments === undefined) throw new RangeError(`frame ${frameNumber} of ${byFrame.length}`);
  return fragments;
}

function onlyFragment([fragment]: FrameFragments): Uint8Array {
  return fragment?.bytes ?? new Uint8Array(0);
}

function joined(fragments: FrameFragments): Uint8Array {
  const whole = new Uint8Array(fragments.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let position = 0;
  for (const { bytes } of fragments) {
    whole.set(bytes, position);
    position += bytes.length;
  }
  return whole;
}
