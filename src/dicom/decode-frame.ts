import { LobarError } from '../errors.ts';
import { decodeFailure } from './decode-failure.ts';
import { encapsulatedFrame } from './encapsulated-frame.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type JpegLosslessDecoder, openJpegLossless } from './jpeg-lossless.ts';
import { type JpegLsDecoder, openJpegLs } from './jpeg-ls.ts';
import type { ParsedInstance, PixelDataPlace } from './parse-instance.ts';
import { decodeRle } from './rle.ts';
import { asWords, frameBytes, wrongLength } from './samples.ts';
import { pixelCoding } from './transfer-syntaxes.ts';

/** Decoders that are opened when the first image needs them; raw images need none. */
export interface Codecs {
  readonly jpegLossless: () => Promise<JpegLosslessDecoder>;
  readonly jpegLs: () => Promise<JpegLsDecoder>;
}

/** Opens each decoder once; one that could not be opened is tried again by the next image. */
export function lazyCodecs({ jpegLossless, jpegLs }: Codecs = openers): Codecs {
  return { jpegLossless: once(jpegLossless), jpegLs: once(jpegLs) };
}

const openers: Codecs = { jpegLossless: openJpegLossless, jpegLs: openJpegLs };

/**
 * The pixels of a single-frame instance as stored: one 16-bit word a pixel, row by row, [rows x columns],
 * bits above BitsStored and sign as they come (hounsfield.ts reads them).
 *
 * Errors: `transfer-syntax-unsupported`, `pixel-data-unsupported`, `pixel-data-length`, `dicom-invalid`,
 * `decode-failed`; each with the SOPInstanceUID in its details.
 */
export async function decodeFrame(
  bytes: Uint8Array,
  instance: ParsedInstance,
  codecs: Codecs,
): Promise<Uint16Array> {
  const { header } = instance;
  const details = { sopInstanceUid: header.sopInstanceUid };
  const coding = pixelCoding(header.transferSyntaxUid ?? '', details);
  requireSupportedPixels(header);
  const place = instance.pixelData;
  if (place === undefined) throw wrongLength(header, frameBytes(header), 0);
  if (coding === 'native') return nativeFrame(bytes, header, place);

  if (place.length !== undefined) {
    throw new LobarError(
      'dicom-invalid',
      { problem: 'its compressed pixel data is not encapsulated' },
      { details },
    );
  }
  const stream = encapsulatedFrame(bytes, place.offset, details);
  switch (coding) {
    case 'jpeg-lossless':
      return (await opened(codecs.jpegLossless, header))(stream, header);
    case 'jpeg-ls':
      return (await opened(codecs.jpegLs, header))(stream, header);
    case 'rle':
      return decodeRle(stream, header);
  }
}

/** Native pixel data (PS3.5 8.1.1, A.1, A.2); of odd length it may be padded by one byte. */
function nativeFrame(bytes: Uint8Array, header: InstanceHeader, place: PixelDataPlace): Uint16Array {
  const expected = frameBytes(header);
  const declared = place.length ?? 0;
  if (declared !== expected && declared !== expected + (expected % 2)) {
    throw wrongLength(header, expected, Math.min(declared, bytes.length - place.offset));
  }
  return asWords(bytes.subarray(place.offset, place.offset + expected), header);
}

/** One grey frame of 8 or 16 bits: what CT images are (PS3.3 C.8.2.1). */
function requireSupportedPixels(header: InstanceHeader): void {
  const problem = unsupportedPixels(header);
  if (problem !== undefined) {
    const details = { sopInstanceUid: header.sopInstanceUid };
    throw new LobarError('pixel-data-unsupported', { problem }, { details });
  }
}

function unsupportedPixels(header: InstanceHeader): string | undefined {
  const { bitsAllocated, bitsStored, highBit, photometricInterpretation } = header;
  if (header.rows === 0 || header.columns === 0) return 'the object is no image';
  if (header.numberOfFrames !== 1) return `${header.numberOfFrames} frames in one object`;
  if (header.samplesPerPixel !== 1) return `${header.samplesPerPixel} samples a pixel`;
  if (!['MONOCHROME1', 'MONOCHROME2'].includes(photometricInterpretation)) return 'the image is in colour';
  if (bitsAllocated !== 8 && bitsAllocated !== 16) return `${bitsAllocated} bits allocated a pixel`;
  if (bitsStored < 1 || bitsStored > bitsAllocated) return `${bitsStored} bits stored of ${bitsAllocated}`;
  // PS3.5 8.1.1: the high bit is one less than BitsStored; anything else was retired.
  if (highBit !== bitsStored - 1) return `high bit ${highBit} for ${bitsStored} bits stored`;
  return undefined;
}

async function opened<T>(open: () => Promise<T>, header: InstanceHeader): Promise<T> {
  return open().catch((cause: unknown) => {
    throw decodeFailure(header, 'its decoder cannot be opened', cause);
  });
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let decoder: Promise<T> | undefined;
  return () => {
    decoder ??= open().catch((error: unknown) => {
      decoder = undefined;
      throw error;
    });
    return decoder;
  };
}
