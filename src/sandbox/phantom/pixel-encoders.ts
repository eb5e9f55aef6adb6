import openCharLs from '@cornerstonejs/codec-charls/wasmjs';
import { type EncodedPixels, transferSyntax } from '../../dicom/write/dicom-file.ts';

/** Brings the 12-bit samples of one frame into a transfer syntax. */
export type PixelEncoder = (
  samples: Uint16Array,
  frame: { readonly rows: number; readonly columns: number },
) => EncodedPixels;

const bytesOf = (samples: Uint16Array) =>
  new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);

/** Samples as they are, explicit little endian. */
export const rawPixels: PixelEncoder = (samples) => ({
  transferSyntaxUid: transferSyntax.explicitLittleEndian,
  bytes: bytesOf(samples),
});

/** JPEG-LS without loss (PS3.5 A.4.3), by CharLS; open it once. */
export async function openJpegLsPixels(): Promise<PixelEncoder> {
  const charLs = await openCharLs({ print() {}, printErr() {} });
  return (samples, { rows, columns }) => {
    const encoder = new charLs.JpegLSEncoder();
    try {
      const frame = { width: columns, height: rows, bitsPerSample: 12, componentCount: 1 };
      encoder.getDecodedBuffer(frame).set(bytesOf(samples));
      encoder.setNearLossless(0);
      encoder.encode();
      return {
        transferSyntaxUid: transferSyntax.jpegLsLossless,
        bytes: new Uint8Array(encoder.getEncodedBuffer()),
      };
    } finally {
      encoder.delete();
    }
  };
}
