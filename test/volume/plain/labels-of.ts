import type { RunComponents } from '../../../src/volume/components.ts';

/** For each voxel 0 outside, else its component's number. */
export function labelsOf({ runs, numbers }: RunComponents, voxels: number): Int32Array {
  const labels = new Int32Array(voxels);
  numbers.forEach((label, run) => {
    labels.fill(label, runs[2 * run], runs[2 * run + 1]);
  });
  return labels;
}
