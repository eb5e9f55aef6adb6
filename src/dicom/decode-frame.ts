import type { FrameDecoder } from './codecs/frame-decoder.ts';
import { decodeRle } from './codecs/rle.ts';
import { decodeFailure } from './decode-failure.ts';
import type { InstanceHeader } from './instance-header.ts';
import { asWords, turned } from './samples.ts';
import { type PixelCoding, pixelCoding } from './transfer-syntaxes.ts';
import { transferSyntaxes } from './uids.ts';

type CodecName = Exclude<PixelCoding, 'native' | 'rle'>;

/** Decoders that are opened when the first image needs them; raw and RLE images need none. */
export type Codecs = Readonly<Record<CodecName, () => Promise<FrameDecoder>>>;

/** The libraries are loaded with them: dcmjs-codecs alone takes 22 MB a worker, which raw images need not pay. */
const openers: Codecs = {
  'jpeg-dct': async () => (await import('./codecs/jpeg.ts')).openJpegDct(),
  'jpeg-lossless': async () => (await import('./codecs/jpeg.ts')).openJpegLossless(),
  'jpeg-ls': async () => (await import('./codecs/jpeg-ls.ts')).openJpegLs(),
  'jpeg-2000': async () => (await import('./codecs/jpeg-2000.ts')).openJpeg2000(),
  htj2k: async () => (await import('./codecs/htj2k.ts')).openHtj2k(),
};

/** Opens each decoder once; one that could not be opened is tried again by the next image. */
export function lazyCodecs(open: Codecs = openers): Codecs {
  return {
    'jpeg-dct': once(open['jpeg-dct']),
    'jpeg-lossless': once(open['jpeg-lossless']),
    'jpeg-ls': once(open['jpeg-ls']),
    'jpeg-2000': once(open['jpeg-2000']),
    htj2k: once(open.htj2k),
  };
}

/**
 * The pixels of one frame as stored: one 16-bit word a pixel, row by row, [rows x columns]. The low BitsStored
 * bits of a word are the stored value in the header's PixelRepresentation; bits above come as they are
 * (hounsfield.ts leaves them out). Where a code stream contradicts the header in sign, the header holds.
 *
 * Errors: `transfer-syntax-unsupported`, `pixel-data-length`, `decode-failed`; each with the SOPInstanceUID in
 * its details. A `decode-failed` with a cause leaves the decoder unfit: open the codecs anew.
 */
export async function decodeFrame(
  frame: Uint8Array,
  header: InstanceHeader,
  codecs: Codecs,
): Promise<Uint16Array> {
  const { sopInstanceUid, transferSyntaxUid = '' } = header;
  const coding = pixelCoding(transferSyntaxUid, { sopInstanceUid });
  switch (coding) {
    case 'native':
      return asWords(withWordsTurned(frame, header), header);
    case 'rle':
      return decodeRle(frame, header);
    default:
      return (await opened(codecs[coding], header))(frame, header);
  }
}

/** Little-endian words; of single bytes there is nothing to turn here (pixel-frames.ts). */
function withWordsTurned(frame: Uint8Array, header: InstanceHeader): Uint8Array {
  const isBig = header.transferSyntaxUid === transferSyntaxes.explicitBigEndian;
  return isBig && header.bitsAllocated === 16 ? turned(frame) : frame;
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
