import { openKernels } from './simd/open-kernels.ts';

/** As many values at a time as the nearest caches hold. */
const atOnce = 8192;

const { kernels, arrays } = openKernels({ values: [Float32Array, atOnce] });

/** Whether all values lie in [low, high]; a NaN does not. */
export function areWithin(values: Float32Array, low: number, high: number): boolean {
  for (let at = 0; at < values.length; at += atOnce) {
    const part = values.subarray(at, at + atOnce);
    arrays.values.set(part);
    if (kernels.allWithin(arrays.values.byteOffset, part.length, low, high) === 0) return false;
  }
  return true;
}
