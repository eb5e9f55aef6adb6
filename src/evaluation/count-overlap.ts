import type { Overlap } from '../statistics/overlap.ts';

/**
 * Counts two masks on one grid; anything but 0 is inside.
 *
 * @param within only voxels inside of this are counted; all where it is left out
 */
export function countOverlap(truth: Uint8Array, predicted: Uint8Array, within?: Uint8Array): Overlap {
  let [inTruth, inPredicted, inBoth] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (within !== undefined && within[i] === 0) continue;
    const isTrue = truth[i] !== 0;
    const isPredicted = predicted[i] !== 0;
    if (isTrue) inTruth += 1;
    if (isPredicted) inPredicted += 1;
    if (isTrue && isPredicted) inBoth += 1;
  }
  return { truth: inTruth, predicted: inPredicted, both: inBoth };
}

/** The same for each label from 1 to `count`, label 1 first. */
export function countOverlaps(truth: Uint8Array, predicted: Uint8Array, count: number): readonly Overlap[] {
  const inTruth = new Uint32Array(256);
  const inPredicted = new Uint32Array(256);
  const inBoth = new Uint32Array(256);
  const add = (counts: Uint32Array, label: number) => {
    counts[label] = (counts[label] as number) + 1;
  };
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [truth[i] as number, predicted[i] as number];
    add(inTruth, a);
    add(inPredicted, b);
    if (a === b) add(inBoth, a);
  }
  return Array.from({ length: count }, (_, at) => ({
    truth: inTruth[at + 1] as number,
    predicted: inPredicted[at + 1] as number,
    both: inBoth[at + 1] as number,
  }));
}
