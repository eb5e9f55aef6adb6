/** How two masks lie on one another, in voxels. */
export interface Overlap {
  readonly truth: number;
  readonly predicted: number;
  readonly both: number;
}

/** Dice coefficient, 0 to 1: twice the common voxels over the sum of both; undefined where both are empty. */
export function dice({ truth, predicted, both }: Overlap): number | undefined {
  const sum = truth + predicted;
  return sum === 0 ? undefined : (2 * both) / sum;
}
