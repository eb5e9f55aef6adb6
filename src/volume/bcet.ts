/** What the stretched plane's minimum, maximum and mean are to be. */
export interface StretchTargets {
  readonly low: number;
  readonly high: number;
  readonly mean: number;
}

export interface PlaneStatistics {
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  /** Mean of the squares. */
  readonly meanSquare: number;
}

/**
 * The parabola y = a (x - b)^2 + c, or, where there is none, the straight line from minimum and maximum to
 * their targets. `folded`: the vertex b lies between minimum and maximum, so the parabola turns back there.
 */
export type Stretch =
  | { readonly kind: 'parabola'; readonly a: number; readonly b: number; readonly folded: boolean }
  | { readonly kind: 'line' };

/** Below this share of its terms a denominator is rounding noise. */
const negligible = 1e-12;

/**
 * The parabola that carries minimum l, maximum h and mean e of a plane onto the targets L, H, E: Liu 1991 as
 * in PIPELINE.md 5, with s the mean square. A constant plane, one whose mean the straight line already puts
 * on E (the denominator of b is zero) and one whose vertex is the middle of l and h (that of a is) get the line.
 */
export function bcetStretch(statistics: PlaneStatistics, targets: StretchTargets): Stretch {
  const { minimum: l, maximum: h, mean: e, meanSquare: s } = statistics;
  const { low: L, high: H, mean: E } = targets;
  if (!(h > l)) return { kind: 'line' };
  const bDenominator = 2 * (h * (E - L) - e * (H - L) + l * (H - E));
  if (Math.abs(bDenominator) <= negligible * (h - l) * (H - L)) return { kind: 'line' };
  const b = (h * h * (E - L) - s * (H - L) + l * l * (H - E)) / bDenominator;
  const offMiddle = h + l - 2 * b;
  if (Math.abs(offMiddle) <= negligible * (h - l)) return { kind: 'line' };
  return { kind: 'parabola', a: (H - L) / ((h - l) * offMiddle), b, folded: l < b && b < h };
}
