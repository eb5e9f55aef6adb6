import openCharLs from '@cornerstonejs/codec-charls/decodewasmjs';
import { LobarError } from '../errors.ts';
import { decodeFailure } from './decode-failure.ts';
import type { InstanceHeader } from './instance-header.ts';
import { readJpegFrameHeader } from './jpeg-frame-header.ts';
import { asWords, frameMismatch } from './samples.ts';

/** Decodes the JPEG-LS code stream of one frame to its samples, row by row. */
export type JpegLsDecoder = (stream: Uint8Array, header: InstanceHeader) => Uint16Array;

/**
 * Opens the decoder of JPEG-LS, lossless and near-lossless (PS3.5 8.2.3, A.4.3; CharLS).
 * The decoder throws `decode-failed`.
 */
export async function openJpegLs(): Promise<JpegLsDecoder> {
  const charLs = await openCharLs({ print() {}, printErr() {} });

  return (stream, header) => {
    const frame = readJpegFrameHeader(stream);
    if (typeof frame === 'string') throw decodeFailure(header, frame);
    if (frame.startOfFrame !== 0xf7) throw decodeFailure(header, 'it is not JPEG-LS');
    const mismatch = frameMismatch(frame, header);
    if (mismatch) throw decodeFailure(header, mismatch);

    const decoder = new charLs.JpegLSDecoder();
    try {
      decoder.getEncodedBuffer(stream.length).set(stream);
      decoder.decode();
      const samples = decoder.getDecodedBuffer().slice();
      // Samples of up to 8 bits come as bytes whatever BitsAllocated is.
      const bitsAllocated = decoder.getFrameInfo().bitsPerSample <= 8 ? 8 : 16;
      return asWords(samples, { ...header, bitsAllocated });
    } catch (error) {
      if (error instanceof LobarError) throw error;
      // CharLS throws the address of a C++ exception: a number that says nothing.
      throw decodeFailure(header, 'its code stream is damaged or cut off', error);
    } finally {
      decoder.delete();
    }
  };
}
