import { decodeFailure } from '../decode-failure.ts';
import type { InstanceHeader } from '../instance-header.ts';
import { frameMismatch } from '../samples.ts';
import type { FrameDecoder } from './frame-decoder.ts';
import { type JpegFrameHeader, readJpegFrameHeader } from './jpeg-frame-header.ts';
import { openNativeCodecs } from './native-codecs.ts';

/** Says why the process of a code stream is not one of the transfer syntax. */
type ProcessCheck = (frame: JpegFrameHeader, header: InstanceHeader) => string | undefined;

/**
 * Opens the decoder of lossy JPEG, Processes 1, 2 and 4: sequential, 8 or 12 bits (PS3.5 8.2.1; libjpeg).
 *
 * Signed pixels are refused: the standard allows only unsigned ones (PS3.5 table 8.2.1-1), for a value that
 * crosses zero by the loss would jump to the other end of the range.
 */
export async function openJpegDct(): Promise<FrameDecoder> {
  return openJpeg((frame, header) => {
    const { startOfFrame, precision } = frame;
    const sequential = startOfFrame === 0xc0 || startOfFrame === 0xc1;
    if (!sequential) return 'it is not sequential Huffman-coded JPEG';
    if (precision !== 8 && precision !== 12) return `its samples have ${precision} bits, not 8 or 12`;
    return header.pixelRepresentation === 1 ? 'lossy JPEG of signed values is ambiguous' : undefined;
  });
}

/**
 * Opens the decoder of lossless JPEG, Process 14, every predictor and point transform (PS3.5 8.2.1; libjpeg).
 * The code stream says its predictor, so a stream of another one under the Selection Value 1 syntax is read
 * all the same.
 */
export async function openJpegLossless(): Promise<FrameDecoder> {
  return openJpeg((frame, header) => {
    const { startOfFrame, predictor, precision } = frame;
    const lossless = startOfFrame === 0xc3 && predictor >= 1 && predictor <= 7;
    if (!lossless) return 'it is not lossless Huffman-coded JPEG';
    const unclear = header.pixelRepresentation === 1 && precision < header.bitsStored;
    return unclear
      ? `its samples have ${precision} bits where the header says ${header.bitsStored}`
      : undefined;
  });
}

async function openJpeg(wrongProcess: ProcessCheck): Promise<FrameDecoder> {
  const decode = await openNativeCodecs('decodeJpeg');

  return (stream, header) => {
    const frame = readJpegFrameHeader(stream);
    if (typeof frame === 'string') throw decodeFailure(header, frame);
    const problem = wrongProcess(frame, header) ?? frameMismatch(frame, header);
    if (problem) throw decodeFailure(header, problem);
    return decode({ stream, header, precision: frame.precision, isFatal });
  };
}

/** Warnings of libjpeg (jerror.h) after which it guesses: it fills what it cannot read with neighbours. */
function isFatal(remark: string): boolean {
  return /Corrupt JPEG data|Premature end of JPEG|Inconsistent progression/.test(remark);
}
