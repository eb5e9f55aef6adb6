import { mean, standardDeviation } from './describe.ts';
import type { Pair } from './pearson.ts';

/** Half the width of 95 % of a normal distribution, in standard deviations. */
const limitFactor = 1.96;

export interface BlandAltman {
  /** Mean of y - x. */
  readonly bias: number;
  /** bias -+ 1.96 standard deviations of y - x: where 95 % of the differences lie if they are normal. */
  readonly lowerLimit: number;
  readonly upperLimit: number;
}

/** Agreement of two measurements (Bland and Altman 1986); undefined of fewer than two pairs. */
export function blandAltman(pairs: readonly Pair[]): BlandAltman | undefined {
  const differences = pairs.map(({ x, y }) => y - x);
  const bias = mean(differences);
  const sd = standardDeviation(differences);
  if (bias === undefined || sd === undefined) return undefined;
  return { bias, lowerLimit: bias - limitFactor * sd, upperLimit: bias + limitFactor * sd };
}
