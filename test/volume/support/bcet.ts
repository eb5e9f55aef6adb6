import type { StretchTargets } from '../../../src/volume/bcet.ts';
import { openSlicePlane } from '../../../src/volume/slice-plane.ts';

/** A plane, of one row, as the stretch of a slice's plane leaves it. */
export function bcet(values: Float32Array, targets: StretchTargets): Float32Array {
  const { plane, stretch } = openSlicePlane([1, values.length], [1, values.length]);
  plane.set(values);
  stretch(targets);
  return plane.slice();
}
