import { decodeFailure } from '../decode-failure.ts';
import { asWords, frameMismatch, withPrecision } from '../samples.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { readJpegFrameHeader } from './jpeg-frame-header.ts';

/**
 * Opens the decoder of JPEG-LS, lossless and near-lossless (PS3.5 8.2.3, A.4.3; CharLS).
 * JPEG-LS knows no sign: samples of signed pixels are two's complement in the precision of the stream, as
 * pydicom 3 reads them (pixels/decoders/base.py, _apply_sign_correction).
 */
export async function openJpegLs(): Promise<FrameDecoder> {
  // Loaded by the first image that needs it: each worker would hold it.
  const { default: openCharLs } = await import('@cornerstonejs/codec-charls/decodewasmjs');
  const charLs = await openCharLs({ print() {}, printErr() {} });

  return (stream, header) => {
    const frame = readJpegFrameHeader(stream);
    if (typeof frame === 'string') throw decodeFailure(header, frame);
    if (frame.startOfFrame !== 0xf7) throw decodeFailure(header, 'it is not JPEG-LS');
    const mismatch = frameMismatch(frame, header);
    if (mismatch) throw decodeFailure(header, mismatch);

    const { precision } = frame;
    return withPrecision(asWords(decoded(), header, precision <= 8 ? 8 : 16), precision, header);

    function decoded(): Uint8Array {
      const decoder = new charLs.JpegLSDecoder();
      try {
        decoder.getEncodedBuffer(stream.length).set(stream);
        decoder.decode();
        return ownCopy(decoder.getDecodedBuffer());
      } catch (cause) {
        // CharLS throws the address of a C++ exception: a number that says nothing.
        throw decodeFailure(header, 'its code stream is damaged or cut off', cause);
      } finally {
        decoder.delete();
      }
    }
  };
}

/** The binding copies the samples out of the module's memory already; a view of all that memory would not do. */
function ownCopy(samples: Uint8Array): Uint8Array {
  const { buffer, byteLength } = samples;
  return byteLength === buffer.byteLength ? new Uint8Array(buffer) : samples.slice();
}
