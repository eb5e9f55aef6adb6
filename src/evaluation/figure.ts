import { mean } from '../statistics/describe.ts';
import type { AnalysedCase } from './case-result.ts';

/** One number about a set of cases. */
export interface Figure {
  /** Its name in metrics.json: stable. */
  readonly name: string;
  readonly title: string;
  /** '' for a share or a coefficient. */
  readonly unit: '' | '%' | 'mL' | 'points';
  /** What it is made of; a case of its own gives none where it does not count. */
  readonly values: (cases: readonly AnalysedCase[]) => readonly unknown[];
  /** Undefined where the cases do not tell. */
  readonly of: (cases: readonly AnalysedCase[]) => number | undefined;
  /** Resampling cannot tell how sure a worst case or a p is. */
  readonly withoutInterval?: true;
}

/** The values of those cases that have one. */
export function numbersOf(
  value: (one: AnalysedCase) => number | undefined,
): (cases: readonly AnalysedCase[]) => number[] {
  return (cases) => cases.map(value).filter((number) => number !== undefined);
}

export function average(
  name: string,
  title: string,
  unit: Figure['unit'],
  values: (cases: readonly AnalysedCase[]) => readonly number[],
): Figure {
  return { name, title, unit, values, of: (cases) => mean(values(cases)) };
}
