/**
 * What networks of the paper's size may take where nobody has measured it. Everything here is assumed or computed, and
 * every figure made of it says so.
 */

/** Floating-point operations of one run of each network, 10^9 (two a multiplication with its addition), from the graphs. */
const gflop = { lobesSlice: 6.0, opacitiesSlice: 24.1, classifier: 10.4 } as const;
/** One in 2 mm of a scan of 1 mm; opacities in all of them, which is an upper bound: those without lung are skipped. */
const slices = { lobes: 138, opacities: 275 } as const;

/** Of one study of 275 slices, 1 mm apart. */
export const teraflopsOfStudy =
  (gflop.lobesSlice * slices.lobes + gflop.opacitiesSlice * slices.opacities + gflop.classifier) / 1000;

/** NVIDIA L4, float32 outside the tensor cores, by published comparisons of GPUs that agree. */
const l4 = { name: 'NVIDIA L4', teraflopsPerSecond: 30.3 } as const;

/** How much of the peak convolutions of this size reach. */
const fractions = { fast: 0.5, likely: 0.25, slow: 0.1 } as const;
export type GpuGuess = keyof typeof fractions;

/** Seconds inside the networks for one study. */
export function assumedNetworkSeconds(guess: GpuGuess): number {
  return teraflopsOfStudy / (l4.teraflopsPerSecond * fractions[guess]);
}

/** A core of the machines at hand reaches 80 GFLOP/s in a matrix product, and the opacity network comes close. */
const gflopPerCoreSecond = 80;

/** On a pod of two cores instead of a GPU. */
export const computedCpuNetworkSeconds = (teraflopsOfStudy * 1000) / (2 * gflopPerCoreSecond);

/** The same in words. */
export const assumptions = {
  study: `${teraflopsOfStudy.toFixed(1)} TFLOP a study`,
  gpu: `${l4.name}, ${l4.teraflopsPerSecond} TFLOP/s`,
  fractions,
} as const;
