import { analysisStages } from '../../src/analysis/analyze.ts';
import type { FigureDraft, Target } from '../figure.ts';
import { quantityOf, type Rounds, type Sample } from '../interleave.ts';
import { fitLine, type Line } from './fit-line.ts';

/** The ends and where the steepness is held against itself: every size takes a process of its own each round. */
export const sizes = [50, 300, 1200] as const;
export type GrowthSize = (typeof sizes)[number];
export type GrowthCaseName = `${GrowthSize} slices`;
type GrowthRound = Readonly<Record<GrowthCaseName, Sample>>;
type Quantity = (sample: Sample) => number;

export const caseOf = <Size extends GrowthSize>(size: Size) => `${size} slices` as const;

/** The steepness of the upper part beside that of the lower, which what every study costs alike is no part of. */
export const oneMore = (what: 'wall' | 'CPU' | 'peak RSS') =>
  `${what}: one slice more, 300 to 1,200 / 50 to 300`;
const linear: Target = { atMost: 1.2 };
/** Nothing is stored in the PACS. */
const stages = analysisStages.filter((stage) => stage !== 'store');

const named =
  (name: string): Quantity =>
  (sample) =>
    quantityOf(sample, name);
const [wallMs, cpuMs, peakMb] = [named('wallMs'), named('cpuMs'), named('peakMb')];
const aboveRestMb: Quantity = (sample) => peakMb(sample) - quantityOf(sample, 'restMb');

/** The lines with their targets first, then ratios, then each size. */
export function growthFigures(measured: Rounds<GrowthCaseName>): readonly FigureDraft[] {
  const growth = (metric: string, unit: string, of: (round: GrowthRound) => number, target?: Target) => ({
    case: 'growth',
    metric,
    unit,
    values: measured.each(of),
    ...(target && { target }),
  });
  const aSlice = (what: string, quantity: Quantity) =>
    growth(
      `${what} a slice, of 1,200 / of 300`,
      'x',
      (round) => (at(round, quantity, 1200) * 300) / (at(round, quantity, 300) * 1200),
    );
  const line = (what: Parameters<typeof oneMore>[0], quantity: Quantity, unit: string) => [
    growth(`${what}: slope`, `${unit}/slice`, (round) => lineOf(round, quantity).slope),
    growth(`${what}: R2 of the line`, '', (round) => lineOf(round, quantity).r2),
    growth(`${what}: the line at 0 slices`, unit, (round) => lineOf(round, quantity).intercept),
    growth(
      oneMore(what),
      'x',
      (round) => more(round, quantity, 300, 1200) / more(round, quantity, 50, 300),
      linear,
    ),
  ];
  return [
    ...line('wall', wallMs, 'ms'),
    ...line('CPU', cpuMs, 'ms'),
    ...line('peak RSS', peakMb, 'MB'),
    aSlice('wall', wallMs),
    aSlice('CPU', cpuMs),
    aSlice('peak RSS above that at rest', aboveRestMb),
    ...stages.map((stage) => aSlice(`${stage}: wall`, named(stage))),
    ...sizes.flatMap((size) =>
      figuresOf(
        caseOf(size),
        measured.each((round) => round[caseOf(size)]),
      ),
    ),
  ];
}

/** What was measured of one study, by round. */
export function figuresOf(name: string, samples: readonly Sample[]): readonly FigureDraft[] {
  const figure = (metric: string, unit: string, of: Quantity): FigureDraft => ({
    case: name,
    metric,
    unit,
    values: samples.map(of),
  });
  return [
    figure('wall', 's', (sample) => wallMs(sample) / 1000),
    figure('CPU', 's', (sample) => cpuMs(sample) / 1000),
    figure('peak RSS', 'MB', peakMb),
  ];
}

const at = (round: GrowthRound, quantity: Quantity, size: GrowthSize) => quantity(round[caseOf(size)]);

function lineOf(round: GrowthRound, quantity: Quantity): Line {
  return fitLine(sizes.map((size) => [size, at(round, quantity, size)]));
}

/** What each slice beyond the first `from` adds, up to `to`. */
function more(round: GrowthRound, quantity: Quantity, from: GrowthSize, to: GrowthSize): number {
  return (at(round, quantity, to) - at(round, quantity, from)) / (to - from);
}
