import { decodeFailure } from './decode-failure.ts';
import type { InstanceHeader } from './instance-header.ts';
import { type JpegLosslessDecoder, openJpegLossless } from './jpeg-lossless.ts';
import { type JpegLsDecoder, openJpegLs } from './jpeg-ls.ts';
import { decodeRle } from './rle.ts';
import { asWords } from './samples.ts';
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
 * The pixels of one frame as stored: one 16-bit word a pixel, row by row, [rows x columns],
 * bits above BitsStored and sign as they come (hounsfield.ts reads them).
 *
 * Errors: `transfer-syntax-unsupported`, `pixel-data-unsupported`, `pixel-data-length`, `dicom-invalid`,
 * `decode-failed`; each with the SOPInstanceUID in its details.
 */
export async function decodeFrame(
  frame: Uint8Array,
  header: InstanceHeader,
  codecs: Codecs,
): Promise<Uint16Array> {
  const details = { sopInstanceUid: header.sopInstanceUid };
  const coding = pixelCoding(header.transferSyntaxUid ?? '', details);
  switch (coding) {
    case 'native':
      return asWords(frame, header);
    case 'jpeg-lossless':
      return (await opened(codecs.jpegLossless, header))(frame, header);
    case 'jpeg-ls':
      return (await opened(codecs.jpegLs, header))(frame, header);
    case 'rle':
      return decodeRle(frame, header);
  }
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
