import type dcmjsCodecs from 'dcmjs-codecs';
import { decodeFailure } from '../decode-failure.ts';
import type { InstanceHeader } from '../instance-header.ts';
import { asWords } from '../samples.ts';

/** One image for libjpeg or OpenJPEG. */
export interface NativeImage {
  readonly stream: Uint8Array;
  readonly header: InstanceHeader;
  /** Bits of a sample in the code stream. */
  readonly precision: number;
  /** Whether what the library remarks on in passing means that the image is not what was coded. */
  readonly isFatal: (remark: string) => boolean;
}

/** Gives the samples as they were coded. Errors: `decode-failed`, `pixel-data-length`. */
export type NativeDecoder = (image: NativeImage) => Uint16Array;

/** A healthy image gives some twenty remarks; a hostile one could have one for each of its bytes. */
const maxRemarks = 10_000;

/**
 * Opens libjpeg and OpenJPEG of dcmjs-codecs, which are one WebAssembly module for the thread.
 *
 * Both go on over damage and only remark on it, so their remarks are listened to: the first fatal one ends
 * the decoding by an exception through the module. After any exception the module has lost memory and
 * perhaps more: open it anew.
 */
export async function openNativeCodecs(codec: 'decodeJpeg' | 'decodeJpeg2000'): Promise<NativeDecoder> {
  // Loaded by the first image that needs it: each worker would hold it.
  const { default: library } = await import('dcmjs-codecs');
  const { Context, NativeCodecs, log } = library;
  await NativeCodecs.initializeAsync({ logCodecsInfo: true });
  return ({ stream, header, precision, isFatal }) => {
    listen(log, isFatal);
    const bitsAllocated = precision <= 8 ? 8 : 16;
    const context = new Context({
      width: header.columns,
      height: header.rows,
      bitsAllocated,
      bitsStored: precision,
      samplesPerPixel: 1,
      pixelRepresentation: header.pixelRepresentation,
      planarConfiguration: 0,
      photometricInterpretation: 'MONOCHROME2',
      encodedBuffer: stream,
    });
    return asWords(decoded(), header, bitsAllocated);

    function decoded(): Uint8Array {
      try {
        return NativeCodecs[codec](context, {}).getDecodedBuffer() ?? new Uint8Array(0);
      } catch (cause) {
        throw decodeFailure(header, 'its code stream is damaged or cut off', cause);
      }
    }
  };
}

/** The log is one for the whole library, so each image sets its own listener. */
function listen(log: typeof dcmjsCodecs.log, isFatal: NativeImage['isFatal']): void {
  let remarks = 0;
  log.methodFactory = () => (message: unknown) => {
    remarks += 1;
    if (remarks > maxRemarks) throw new Error('the decoder remarks on it without end');
    if (isFatal(String(message))) throw new Error(String(message));
  };
  log.setLevel('info', false);
}
