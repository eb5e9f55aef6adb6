import { bcetStretch, type PlaneStatistics, type StretchTargets } from '../../../src/volume/bcet.ts';

/** What src/volume/slice-plane.ts does in WebAssembly, a value at a time. */

/** Minimum, maximum, mean and mean square of a plane, summed in its order in float64. */
export function planeStatistics(plane: Float32Array): PlaneStatistics {
  let [sum, squares] = [0, 0];
  for (const value of plane) {
    sum += value;
    squares += value * value;
  }
  return {
    minimum: Math.min(...plane),
    maximum: Math.max(...plane),
    mean: sum / plane.length,
    meanSquare: squares / plane.length,
  };
}

export function plainStretch(plane: Float32Array, targets: StretchTargets): Float32Array {
  const statistics = planeStatistics(plane);
  const { minimum: l, maximum: h } = statistics;
  const { low: L, high: H } = targets;
  if (l === h) return plane.map(() => L);
  const stretch = bcetStretch(statistics, targets);
  if (stretch.kind === 'line') return plane.map((value) => L + ((H - L) / (h - l)) * (value - l));
  const { a, b } = stretch;
  return plane.map((value) => Math.min(H, Math.max(L, L + a * (value - l) * (value + (l - 2 * b)))));
}
