import { spreadOf } from './statistics.ts';

/** What a figure should be; it is met or not on the median as measured, not as rounded for people. */
export type Target = { readonly atMost: number } | { readonly atLeast: number } | { readonly below: number };

/** One line of `--json`. */
export interface Figure {
  readonly suite: string;
  readonly case: string;
  readonly metric: string;
  /** The median of the rounds. */
  readonly value: number;
  readonly unit: string;
  /** Of the rounds, first and third. */
  readonly quartiles: readonly [number, number];
  readonly rounds: number;
  /** Such as `<= 1.5`. */
  readonly target?: string;
  readonly ok?: boolean;
}

/** What a suite says of one figure, apart from which suite it is. */
export interface FigureDraft {
  readonly case: string;
  readonly metric: string;
  readonly unit: string;
  /** One a round. */
  readonly values: readonly number[];
  readonly target?: Target;
}

export function draftFigure(
  of: string,
  metric: string,
  unit: string,
  values: readonly number[],
  target?: Target,
): FigureDraft {
  return { case: of, metric, unit, values, ...(target && { target }) };
}

/** The same for figures of one case. */
export function figuresOfCase(name: string) {
  return (metric: string, unit: string, values: readonly number[], target?: Target): FigureDraft =>
    draftFigure(name, metric, unit, values, target);
}

export function figureOf(suite: string, draft: FigureDraft): Figure {
  const { median, quartiles, rounds } = spreadOf(draft.values);
  const [low, high] = quartiles;
  return {
    suite,
    case: draft.case,
    metric: draft.metric,
    value: rounded(median),
    unit: draft.unit,
    quartiles: [rounded(low), rounded(high)],
    rounds,
    ...(draft.target && { target: targetText(draft.target), ok: isMet(median, draft.target) }),
  };
}

function targetText(target: Target): string {
  if ('atMost' in target) return `<= ${target.atMost}`;
  return 'atLeast' in target ? `>= ${target.atLeast}` : `< ${target.below}`;
}

function isMet(value: number, target: Target): boolean {
  if ('atMost' in target) return value <= target.atMost;
  return 'atLeast' in target ? value >= target.atLeast : value < target.below;
}

/** Four digits are more than any of this repeats to. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
