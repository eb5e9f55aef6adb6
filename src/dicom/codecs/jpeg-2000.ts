import { decodeFailure } from '../decode-failure.ts';
import { frameMismatch, withPrecision } from '../samples.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { readJpeg2000Header } from './jpeg-2000-header.ts';
import { openNativeCodecs } from './native-codecs.ts';

/** Opens the decoder of JPEG 2000 Part 1, reversible and irreversible (PS3.5 8.2.4, A.4.4; OpenJPEG). */
export async function openJpeg2000(): Promise<FrameDecoder> {
  const decode = await openNativeCodecs('decodeJpeg2000');

  return (stream, header) => {
    const frame = readJpeg2000Header(stream);
    if (typeof frame === 'string') throw decodeFailure(header, frame);
    if (frame.isHighThroughput) throw decodeFailure(header, 'it is High-Throughput JPEG 2000');
    const mismatch = frameMismatch(frame, header);
    if (mismatch) throw decodeFailure(header, mismatch);
    const { precision } = frame;
    return withPrecision(decode({ stream, header, precision, isFatal }), precision, header);
  };
}

/** OpenJPEG decodes strictly by default: it fails at what is missing. Its warnings are of lesser damage. */
function isFatal(remark: string): boolean {
  return remark.includes('OpjMessageCallbackWarning');
}
