import { type CovidClass, classes } from '../pipeline/types.ts';
import { brierScore, calibrationError } from '../statistics/calibration.ts';
import {
  accuracy,
  againstRest,
  type BinaryCounts,
  type DecidedCase,
  negativePredictiveValue,
  positivePredictiveValue,
  sensitivity,
  specificity,
} from '../statistics/confusion.ts';
import { mean } from '../statistics/describe.ts';
import { areaUnder, rocCurve, type ScoredCase } from '../statistics/roc-curve.ts';
import type { AnalysedCase } from './case-result.ts';
import type { Figure } from './figure.ts';

export type LabelledCase = AnalysedCase & { readonly label: CovidClass };

export function labelled(cases: readonly AnalysedCase[]): readonly LabelledCase[] {
  return cases.filter((one): one is LabelledCase => one.label !== undefined);
}

/** The probability of one class, and whether the case is of it. */
export function scoredFor(cases: readonly AnalysedCase[], name: CovidClass): readonly ScoredCase[] {
  return labelled(cases).map((one) => ({ score: one.probabilities[name], positive: one.label === name }));
}

/** All three probabilities of every case together, as the micro average wants them. */
export function scoredForAll(cases: readonly AnalysedCase[]): readonly ScoredCase[] {
  return classes.flatMap((name) => scoredFor(cases, name));
}

export function decidedOf(cases: readonly AnalysedCase[]): readonly DecidedCase<CovidClass>[] {
  return labelled(cases).map(({ label, decision }) => ({ truth: label, decided: decision }));
}

function auc(scored: readonly ScoredCase[]): number | undefined {
  const curve = rocCurve(scored);
  return curve && areaUnder(curve);
}

/** Of the three curves; undefined where a class has no case. */
function macroAuc(cases: readonly AnalysedCase[]): number | undefined {
  const areas = classes.map((name) => auc(scoredFor(cases, name)));
  return areas.every((area) => area !== undefined) ? mean(areas) : undefined;
}

const atDecision = [
  ['sensitivity', 'sensitivity', sensitivity],
  ['specificity', 'specificity', specificity],
  ['accuracy', 'accuracy', accuracy],
  ['ppv', 'positive predictive value', positivePredictiveValue],
  ['npv', 'negative predictive value', negativePredictiveValue],
] as const satisfies readonly (readonly [string, string, (counts: BinaryCounts) => number | undefined])[];

const figure = (name: string, title: string, of: Figure['of']): Figure => ({
  name: `classifier.${name}`,
  title: `Classifier: ${title}`,
  unit: '',
  values: labelled,
  of,
});

export const classifierFigures: readonly Figure[] = [
  figure('auc.micro', 'AUC, micro average', (cases) => auc(scoredForAll(cases))),
  figure('auc.macro', 'AUC, macro average', macroAuc),
  ...classes.map((name) =>
    figure(`auc.${name}`, `AUC, ${name} against the rest`, (cases) => auc(scoredFor(cases, name))),
  ),
  figure('accuracy', 'accuracy over the three classes', (cases) =>
    mean(decidedOf(cases).map(({ truth, decided }) => Number(truth === decided))),
  ),
  ...classes.flatMap((name) =>
    atDecision.map(([key, title, share]) =>
      figure(`${key}.${name}`, `${name} against the rest, ${title}`, (cases) =>
        share(againstRest(decidedOf(cases), name)),
      ),
    ),
  ),
  ...classes.map((name) =>
    figure(`brier.${name}`, `${name}, Brier score`, (cases) => brierScore(scoredFor(cases, name))),
  ),
  ...classes.map((name) =>
    figure(`ece.${name}`, `${name}, expected calibration error`, (cases) =>
      calibrationError(scoredFor(cases, name)),
    ),
  ),
];
