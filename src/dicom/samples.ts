import { LobarError } from '../errors.ts';
import type { InstanceHeader } from './instance-header.ts';

/** Bytes of a frame: Rows x Columns x BitsAllocated / 8 (PS3.5 8.1.1), one sample a pixel. */
export function frameBytes({ rows, columns, bitsAllocated }: InstanceHeader): number {
  return rows * columns * (bitsAllocated / 8);
}

/**
 * Little-endian samples of 8 or 16 bits as one 16-bit word a pixel; a view where alignment allows.
 * Errors: `pixel-data-length` where the bytes are not exactly one frame.
 */
export function asWords(bytes: Uint8Array, header: InstanceHeader, bits = header.bitsAllocated): Uint16Array {
  const pixels = header.rows * header.columns;
  const expected = frameBytes({ ...header, bitsAllocated: bits });
  if (bytes.length !== expected) throw wrongLength(header, expected, bytes.length);
  if (bits === 8) return Uint16Array.from(bytes);
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return new Uint16Array(aligned.buffer, aligned.byteOffset, pixels);
}

/** `pixel-data-length` with the instance in the details. */
export function wrongLength(header: InstanceHeader, expected: number, present: number): LobarError {
  const details = { sopInstanceUid: header.sopInstanceUid };
  return new LobarError('pixel-data-length', { expected, present }, { details });
}

/** A copy with the two bytes of each word turned: big endian to little (PS3.5 7.3). */
export function turned(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes);
  if (copy.length % 2 === 0) Buffer.from(copy.buffer).swap16();
  return copy;
}

/** What a code stream says of itself. */
interface CodedFrame {
  readonly rows: number;
  readonly columns: number;
  readonly components: number;
  readonly precision: number;
}

/** Says where the code stream contradicts the DICOM header, before anything is allocated for it. */
export function frameMismatch(frame: CodedFrame, header: InstanceHeader): string | undefined {
  if (frame.rows !== header.rows || frame.columns !== header.columns) {
    return `it is ${frame.rows} x ${frame.columns} where the header says ${header.rows} x ${header.columns}`;
  }
  if (frame.components !== 1) return `it has ${frame.components} components`;
  if (frame.precision < 2 || frame.precision > header.bitsAllocated) {
    return `its samples have ${frame.precision} bits where the header allocates ${header.bitsAllocated}`;
  }
  return undefined;
}

/**
 * The low `precision` bits of each word read as the header says, signed or not, whatever the code stream
 * said: encoders put the bits of one kind into streams that declare the other. As pydicom 3 does
 * (pixels/decoders/base.py, _apply_sign_correction). In place.
 */
export function withPrecision(words: Uint16Array, precision: number, header: InstanceHeader): Uint16Array {
  const unused = 32 - precision;
  if (precision === 16) return words;
  for (let i = 0; i < words.length; i += 1) {
    const word = (words[i] as number) << unused;
    words[i] = header.pixelRepresentation === 1 ? word >> unused : word >>> unused;
  }
  return words;
}
