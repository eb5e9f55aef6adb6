import type { LabelMap } from '../volume/types.ts';

/** Slice z of data [z, y, x], as a view. */
export function sliceOf<Data extends Int16Array | Uint8Array>(
  data: Data,
  z: number,
  shape: LabelMap['shape'],
): Data {
  const length = shape[1] * shape[2];
  return data.subarray(z * length, (z + 1) * length) as Data;
}
