import { maskInvalid } from './mask-invalid.ts';

/** How the samples of a mask file are written; 64-bit integers may hold any label that fits 16 bits. */
export type SampleType =
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32'
  | 'float64';

export const bytesOf: Readonly<Record<SampleType, number>> = {
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  float64: 8,
};

const maxLabel = 0xffff;

/**
 * The samples as labels.
 *
 * @param bytes exactly as many as `count` samples need
 * @throws LobarError `mask-invalid` for a value that is no whole number from 0 to 65535
 */
export function labelsOfSamples(
  bytes: Uint8Array,
  type: SampleType,
  count: number,
  littleEndian: boolean,
): Uint16Array | Uint8Array {
  // The usual mask needs no second copy.
  if (type === 'uint8') return bytes;
  const read = readerOf(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), type, littleEndian);
  const labels = new Uint16Array(count);
  const size = bytesOf[type];
  for (let i = 0; i < count; i++) {
    const value = read(i * size);
    if (!(Number.isInteger(value) && value >= 0 && value <= maxLabel)) {
      throw maskInvalid(`it holds the value ${value}, and labels are whole numbers from 0 to ${maxLabel}`);
    }
    labels[i] = value;
  }
  return labels;
}

function readerOf(view: DataView, type: SampleType, littleEndian: boolean): (offset: number) => number {
  switch (type) {
    case 'int8':
      return (offset) => view.getInt8(offset);
    case 'uint8':
      return (offset) => view.getUint8(offset);
    case 'int16':
      return (offset) => view.getInt16(offset, littleEndian);
    case 'uint16':
      return (offset) => view.getUint16(offset, littleEndian);
    case 'int32':
      return (offset) => view.getInt32(offset, littleEndian);
    case 'uint32':
      return (offset) => view.getUint32(offset, littleEndian);
    case 'int64':
      return (offset) => Number(view.getBigInt64(offset, littleEndian));
    case 'uint64':
      return (offset) => Number(view.getBigUint64(offset, littleEndian));
    case 'float32':
      return (offset) => view.getFloat32(offset, littleEndian);
    case 'float64':
      return (offset) => view.getFloat64(offset, littleEndian);
  }
}
