import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';
import type { JpegFrameHeader } from './jpeg-frame-header.ts';

/** Bytes of a frame: Rows x Columns x BitsAllocated / 8 (PS3.5 8.1.1), one sample a pixel. */
export function frameBytes({ rows, columns, bitsAllocated }: InstanceHeader): number {
  return rows * columns * (bitsAllocated / 8);
}

/**
 * Little-endian samples of 8 or 16 bits as one 16-bit word a pixel; a view where alignment allows.
 * Errors: `pixel-data-length` where the bytes are not exactly one frame.
 */
export function asWords(bytes: Uint8Array, header: InstanceHeader): Uint16Array {
  const pixels = header.rows * header.columns;
  const expected = frameBytes(header);
  if (bytes.length !== expected) throw wrongLength(header, expected, bytes.length);
  if (header.bitsAllocated === 8) return Uint16Array.from(bytes);
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, pixels);
}

/** `pixel-data-length` with the instance in the details. */
export function wrongLength(header: InstanceHeader, expected: number, present: number): LobarError {
  const details = { sopInstanceUid: header.sopInstanceUid };
  return new LobarError('pixel-data-length', { expected, present }, { details });
}

/** Says where the code stream contradicts the DICOM header, before anything is allocated for it. */
export function frameMismatch(frame: JpegFrameHeader, header: InstanceHeader): string | undefined {
  if (frame.rows !== header.rows || frame.columns !== header.columns) {
    return `it is ${frame.rows} x ${frame.columns} where the header says ${header.rows} x ${header.columns}`;
  }
  if (frame.components !== 1) return `it has ${frame.components} components`;
  const tooFewBits = header.pixelRepresentation === 1 && frame.precision < header.bitsStored;
  if (frame.precision > header.bitsAllocated || tooFewBits) {
    return `its samples have ${frame.precision} bits where the header says ${header.bitsStored}`;
  }
  return undefined;
}
