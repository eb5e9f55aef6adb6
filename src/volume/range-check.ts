import { openKernels } from './simd/open-kernels.ts';

/**
 * A function that says whether all of `length` values lie in [low, high]; a NaN does not.
 *
 * @throws RangeError for another number of values
 */
export function openRangeCheck(length: number, low: number, high: number): (values: Float32Array) => boolean {
  const { kernels, arrays } = openKernels({ values: [Float32Array, length] });
  return (values) => {
    if (values.length !== length) throw new RangeError(`${values.length} values instead of ${length}`);
    arrays.values.set(values);
    return kernels.allWithin(arrays.values.byteOffset, length, low, high) !== 0;
  };
}
