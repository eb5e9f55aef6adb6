import { decodeFailure } from '../decode-failure.ts';
import { asWords, frameMismatch, withPrecision } from '../samples.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { readJpeg2000Header } from './jpeg-2000-header.ts';

/**
 * Opens the decoder of High-Throughput JPEG 2000 (PS3.5 8.2.14, A.4.13; OpenJPH).
 *
 * OpenJPH gives an image of full size whatever is missing, so the code stream is walked to its end before,
 * and what the decoder prints is listened to.
 */
export async function openHtj2k(): Promise<FrameDecoder> {
  let printed = '';
  const print = (text: string) => {
    printed ||= text;
  };
  const { default: openOpenJph } = await import('@cornerstonejs/codec-openjph/wasmjs');
  const openJph = await openOpenJph({ print, printErr: print });

  return (stream, header) => {
    const frame = readJpeg2000Header(stream);
    if (typeof frame === 'string') throw decodeFailure(header, frame);
    if (!frame.isHighThroughput) throw decodeFailure(header, 'it is not High-Throughput JPEG 2000');
    const mismatch = frameMismatch(frame, header);
    if (mismatch) throw decodeFailure(header, mismatch);
    const { precision } = frame;
    return withPrecision(asWords(decoded(), header, precision <= 8 ? 8 : 16), precision, header);

    function decoded(): Uint8Array {
      printed = '';
      const decoder = new openJph.HTJ2KDecoder();
      try {
        decoder.getEncodedBuffer(stream.length).set(stream);
        decoder.decode();
        if (printed !== '') throw new Error(printed);
        return decoder.getDecodedBuffer().slice();
      } catch (cause) {
        throw decodeFailure(header, 'its code stream is damaged or cut off', cause);
      } finally {
        decoder.delete();
      }
    }
  };
}
