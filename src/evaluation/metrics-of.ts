import type { LoadedModel } from '../inference/open-inference-engine.ts';
import { classes, type PipelineParameters } from '../pipeline/types.ts';
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import { calibrationCurve } from '../statistics/calibration.ts';
import { confusionMatrix } from '../statistics/confusion.ts';
import { macroCurve, type RocPoint, rocCurve } from '../statistics/roc-curve.ts';
import type { AnalysedCase, CaseResult } from './case-result.ts';
import { decidedOf, labelled, scoredFor, scoredForAll } from './classifier-figures.ts';
import type { Cohort } from './cohort-case.ts';
import { estimatesOf } from './estimates.ts';
import { figures } from './figures.ts';
import { type Metrics, researchNotice, type Subgroup } from './metrics.ts';
import { subgroupNames } from './subgroups-of.ts';

export interface MetricsContext {
  readonly cohort: Cohort;
  readonly lobar: string;
  readonly madeAt: string;
  readonly models: readonly LoadedModel[];
  readonly parameters: PipelineParameters;
  readonly bootstrap: BootstrapOptions;
  /** Columns of the table by which the results are split too. */
  readonly extraSubgroups: readonly string[];
}

/** All that a cohort tells (PIPELINE.md 8). The same results and seed give the same figures. */
export function metricsOf(results: readonly CaseResult[], context: MetricsContext): Metrics {
  const { cohort, lobar, madeAt, models, parameters, bootstrap } = context;
  const analysed = results.filter((one): one is AnalysedCase => one.outcome === 'analysed');
  const decided = decidedOf(analysed);
  return {
    schema: 'lobar-evaluation/1',
    notice: researchNotice,
    lobar,
    madeAt,
    models: models.map((model) => ({ ...model })),
    thresholds: parameters.classifier.thresholds,
    cohort: {
      sha256: cohort.sha256,
      cases: results.length,
      patients: patientsOf(results),
      analysed: analysed.length,
      ineligible: results.filter(({ outcome }) => outcome === 'ineligible').length,
      failed: results.filter(({ outcome }) => outcome === 'failed').length,
    },
    bootstrap: { ...bootstrap, by: 'patient' },
    titles: Object.fromEntries(figures.map(({ name, title, unit }) => [name, { title, unit }])),
    figures: estimatesOf(analysed, bootstrap),
    ...(decided.length === 0
      ? {}
      : { confusion: { labels: [...classes], matrix: confusionMatrix(decided, classes) } }),
    roc: rocCurves(analysed),
    calibration: labelled(analysed).length === 0 ? {} : calibrationCurves(analysed),
    subgroups: subgroupsIn(analysed, context),
    notMeasured: results.flatMap((one) => {
      if (one.outcome === 'analysed') return [];
      const codes = one.outcome === 'failed' ? [one.error.code] : [...one.reasons];
      return [{ id: one.id, outcome: one.outcome, codes }];
    }),
  };
}

function patientsOf(results: readonly CaseResult[]): number {
  return new Set(results.map(({ patient }) => patient)).size;
}

function rocCurves(cases: readonly AnalysedCase[]): Metrics['roc'] {
  const byClass = classes.flatMap((name): [string, RocPoint[]][] => {
    const curve = rocCurve(scoredFor(cases, name));
    return curve === undefined ? [] : [[name, [...curve]]];
  });
  const micro = rocCurve(scoredForAll(cases));
  const isWhole = byClass.length === classes.length;
  return {
    ...Object.fromEntries(byClass),
    ...(micro === undefined ? {} : { micro: [...micro] }),
    ...(isWhole ? { macro: [...macroCurve(byClass.map(([, curve]) => curve))] } : {}),
  };
}

function calibrationCurves(cases: readonly AnalysedCase[]): Metrics['calibration'] {
  return Object.fromEntries(classes.map((name) => [name, [...calibrationCurve(scoredFor(cases, name))]]));
}

function subgroupsIn(cases: readonly AnalysedCase[], context: MetricsContext): Subgroup[] {
  return [...subgroupNames, ...context.extraSubgroups].flatMap((by) => {
    const known = cases.filter(({ subgroups }) => subgroups[by] !== undefined);
    const byValue = Map.groupBy(known, ({ subgroups }) => subgroups[by] as string);
    // A number sorts as a number.
    const sorted = [...byValue].toSorted(([a], [b]) => a.localeCompare(b, 'en', { numeric: true }));
    return sorted.map(([value, own]) => ({
      by,
      value,
      cases: own.length,
      patients: patientsOf(own),
      figures: estimatesOf(own, context.bootstrap),
    }));
  });
}
