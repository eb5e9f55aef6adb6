import dcmjsCodecs from 'dcmjs-codecs';
import { decodeFailure } from './decode-failure.ts';
import type { InstanceHeader } from './instance-header.ts';
import { readJpegFrameHeader } from './jpeg-frame-header.ts';
import { asWords, frameMismatch } from './samples.ts';

/** Decodes the JPEG Lossless SV1 code stream of one frame to its samples, row by row. */
export type JpegLosslessDecoder = (stream: Uint8Array, header: InstanceHeader) => Uint16Array;

const { Context, NativeCodecs, log } = dcmjsCodecs;

/**
 * Opens the decoder of JPEG Lossless, Process 14, Selection Value 1 (PS3.5 8.2.1, A.4.2; libjpeg in
 * dcmjs-codecs). libjpeg fills what it cannot read with neighbours and only remarks on it, so its remarks
 * are listened to: damaged data is refused, never guessed.
 *
 * The decoder throws `decode-failed`.
 */
export async function openJpegLossless(): Promise<JpegLosslessDecoder> {
  let remarks: string[] = [];
  log.methodFactory = () => (message: unknown) => remarks.push(String(message));
  log.setLevel('info', false);
  await NativeCodecs.initializeAsync({ logCodecsInfo: true });

  return (stream, header) => {
    const frame = readJpegFrameHeader(stream);
    if (typeof frame === 'string') throw decodeFailure(header, frame);
    const lossless = frame.startOfFrame === 0xc3 && frame.predictor === 1 && frame.pointTransform === 0;
    if (!lossless) throw decodeFailure(header, 'it is not lossless JPEG with selection value 1');
    const mismatch = frameMismatch(frame, header);
    if (mismatch) throw decodeFailure(header, mismatch);

    remarks = [];
    const context = new Context({
      width: header.columns,
      height: header.rows,
      bitsAllocated: header.bitsAllocated,
      bitsStored: header.bitsStored,
      samplesPerPixel: 1,
      pixelRepresentation: header.pixelRepresentation,
      planarConfiguration: 0,
      photometricInterpretation: 'MONOCHROME2',
      encodedBuffer: stream,
    });
    let decoded: Uint8Array | undefined;
    try {
      decoded = NativeCodecs.decodeJpeg(context, {}).getDecodedBuffer();
    } catch (cause) {
      throw decodeFailure(header, 'the decoder gave up on it', cause);
    }
    if (remarks.some((remark) => remark.includes('Corrupt JPEG data'))) {
      throw decodeFailure(header, 'its code stream is damaged or cut off');
    }
    return asWords(decoded ?? new Uint8Array(0), header);
  };
}
