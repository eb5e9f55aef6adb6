import type { LoadedModel } from '../inference/open-inference-engine.ts';
import { type CovidClass, classes, type PipelineParameters } from '../pipeline/types.ts';
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import { type CalibrationBin, calibrationCurve } from '../statistics/calibration.ts';
import { confusionMatrix } from '../statistics/confusion.ts';
import { macroCurve, type RocPoint, rocCurve } from '../statistics/roc-curve.ts';
import type { AnalysedCase, CaseResult } from './case-result.ts';
import { decidedOf, labelled, scoredFor, scoredForAll } from './classifier-figures.ts';
import type { Cohort } from './cohort-case.ts';
import { type Estimate, estimatesOf } from './estimates.ts';
import { figures } from './figures.ts';
import { subgroupNames } from './subgroups-of.ts';

export const researchNotice =
  'Research use. These figures describe how the named models did on this cohort and nothing else; they are no ' +
  'proof that the models are fit for patients.';

/** The document metrics.json; once released it only grows. */
export interface Metrics {
  readonly schema: 'lobar-evaluation/1';
  readonly notice: string;
  readonly lobar: string;
  /** UTC, ISO 8601. */
  readonly madeAt: string;
  readonly models: readonly LoadedModel[];
  readonly thresholds: PipelineParameters['classifier']['thresholds'];
  readonly cohort: {
    readonly sha256: string;
    readonly cases: number;
    readonly patients: number;
    readonly analysed: number;
    readonly ineligible: number;
    readonly failed: number;
  };
  readonly bootstrap: BootstrapOptions & { readonly by: 'patient' };
  /** What each figure is; its unit is '' for a share or a coefficient. */
  readonly titles: Readonly<Record<string, { readonly title: string; readonly unit: string }>>;
  /** Of all analysed cases, by name. */
  readonly figures: Readonly<Record<string, Estimate>>;
  /** rows: what a case is; columns: what was decided. */
  readonly confusion?: {
    readonly labels: readonly CovidClass[];
    readonly matrix: readonly (readonly number[])[];
  };
  /** By class, and `micro` and `macro`; a class without cases has none. */
  readonly roc: Readonly<Record<string, readonly RocPoint[]>>;
  readonly calibration: Readonly<Record<string, readonly CalibrationBin[]>>;
  readonly subgroups: readonly Subgroup[];
  /** Cases without figures, and why: codes. */
  readonly notMeasured: readonly {
    readonly id: string;
    readonly outcome: string;
    readonly codes: readonly string[];
  }[];
}

export interface Subgroup {
  readonly by: string;
  readonly value: string;
  readonly cases: number;
  readonly patients: number;
  readonly figures: Readonly<Record<string, Estimate>>;
}

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
    models,
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
      : { confusion: { labels: classes, matrix: confusionMatrix(decided, classes) } }),
    roc: rocCurves(analysed),
    calibration: labelled(analysed).length === 0 ? {} : calibrationCurves(analysed),
    subgroups: subgroupsIn(analysed, context),
    notMeasured: results.flatMap((one) => {
      if (one.outcome === 'analysed') return [];
      const codes = one.outcome === 'failed' ? [one.error.code] : one.reasons;
      return [{ id: one.id, outcome: one.outcome, codes }];
    }),
  };
}

function patientsOf(results: readonly CaseResult[]): number {
  return new Set(results.map(({ patient }) => patient)).size;
}

function rocCurves(cases: readonly AnalysedCase[]): Metrics['roc'] {
  const byClass = classes.flatMap((name): [string, readonly RocPoint[]][] => {
    const curve = rocCurve(scoredFor(cases, name));
    return curve === undefined ? [] : [[name, curve]];
  });
  const micro = rocCurve(scoredForAll(cases));
  const isWhole = byClass.length === classes.length;
  return {
    ...Object.fromEntries(byClass),
    ...(micro === undefined ? {} : { micro }),
    ...(isWhole ? { macro: macroCurve(byClass.map(([, curve]) => curve)) } : {}),
  };
}

function calibrationCurves(cases: readonly AnalysedCase[]): Metrics['calibration'] {
  return Object.fromEntries(classes.map((name) => [name, calibrationCurve(scoredFor(cases, name))]));
}

function subgroupsIn(cases: readonly AnalysedCase[], context: MetricsContext): readonly Subgroup[] {
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
