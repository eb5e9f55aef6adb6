/** The whole evaluation, top to bottom: each case that is not finished yet, then the figures and the report. */
import { join } from 'node:path';
import type { EligibilityConfig, LimitsConfig } from '../config-schema.ts';
import { LobarError, toPlainError } from '../errors.ts';
import type { LoadedModel } from '../inference/open-inference-engine.ts';
import type { PipelineParameters } from '../pipeline/types.ts';
import type { BootstrapOptions } from '../statistics/bootstrap.ts';
import type { CaseResult, FailedCase } from './case-result.ts';
import { openCaseStore, writeWhole } from './case-store.ts';
import type { Cohort, CohortCase } from './cohort-case.ts';
import { fingerprintOf } from './fingerprint.ts';
import { measureCase } from './measure-case.ts';
import type { Metrics } from './metrics.ts';
import { metricsOf } from './metrics-of.ts';
import type { AnalyseCase } from './pipeline-output.ts';
import { reportPage } from './report/report-page.ts';
import { readTruth } from './truth-masks.ts';

export interface EvaluationRequest {
  readonly cohort: Cohort;
  /** Gets cases/, metrics.json and report.html. */
  readonly folder: string;
  /** The labels that masks of lobes have for RUL, RML, RLL, LUL, LLL. */
  readonly lobeLabels: readonly number[];
  readonly extraSubgroups: readonly string[];
  /** Whether series that are not eligible are analysed too: it decides results, so it is part of the fingerprint. */
  readonly force: boolean;
  /** The rules by which a series is chosen and refused; for the fingerprint too. */
  readonly eligibility: EligibilityConfig;
  readonly bootstrap: BootstrapOptions;
  /** Version of Lobar. */
  readonly lobar: string;
  readonly models: readonly LoadedModel[];
  readonly parameters: PipelineParameters;
  readonly limits: LimitsConfig;
}

export interface EvaluationHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (cohortCase: CohortCase, stage: string, fraction: number) => void;
  /** `before`: an earlier run had finished it. */
  readonly onCase: (result: CaseResult, before: boolean) => void;
}

/**
 * Evaluates a cohort. What an earlier run finished in the same folder, with the same inputs and models, is
 * taken from there; a case that fails is recorded with its error and does not stop the others.
 *
 * @throws LobarError `cancelled`; and what the file system throws
 */
export async function evaluateCohort(
  request: EvaluationRequest,
  analyseCase: AnalyseCase,
  hooks: EvaluationHooks,
): Promise<Metrics> {
  const { cohort, folder, lobar, models, parameters, lobeLabels, force, eligibility } = request;
  const sums = models.map(({ sha256 }) => sha256);
  const common = { lobar, models: sums, parameters, lobeLabels, force, eligibility };
  const store = await openCaseStore(folder);
  const results: CaseResult[] = [];
  for (const cohortCase of cohort.cases) {
    if (hooks.signal.aborted) throw new LobarError('cancelled', {}, { cause: hooks.signal.reason });
    const fingerprint = await fingerprintOf(cohortCase, common);
    const before = await store.find(cohortCase.id, fingerprint);
    const result = before ?? (await evaluateCase(cohortCase, fingerprint, request, analyseCase, hooks));
    if (before === undefined) await store.save(result);
    hooks.onCase(result, before !== undefined);
    results.push(result);
  }
  const metrics = metricsOf(results, { ...request, madeAt: new Date().toISOString() });
  await writeWhole(join(folder, 'metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
  await writeWhole(join(folder, 'report.html'), reportPage(metrics, results));
  return metrics;
}

async function evaluateCase(
  cohortCase: CohortCase,
  fingerprint: string,
  { models, limits, lobeLabels, parameters }: EvaluationRequest,
  analyseCase: AnalyseCase,
  { signal, onProgress }: EvaluationHooks,
): Promise<CaseResult> {
  const { id, patient, label } = cohortCase;
  const common = {
    schema: 'lobar-evaluation-case/1',
    id,
    fingerprint,
    models: models.map(({ task, name, version, sha256, precision }) => ({
      task,
      name,
      version,
      sha256,
      ...(precision === undefined ? {} : { precision }),
    })),
    patient,
    ...(label === undefined ? {} : { label }),
  } as const;
  const start = performance.now();
  try {
    const output = await analyseCase(cohortCase, {
      signal,
      onProgress: (stage, fraction) => onProgress(cohortCase, stage, fraction),
    });
    if (output.kind === 'ineligible')
      return { ...common, outcome: 'ineligible', reasons: [...output.reasons] };
    const truth = await readTruth(cohortCase, output.volume, lobeLabels, limits);
    const measures = measureCase(cohortCase, output, truth, parameters.opacities.noiseFloorMl);
    const seconds = Math.round(performance.now() - start) / 1000;
    return { ...common, ...measures, seconds };
  } catch (error) {
    if (signal.aborted) throw error;
    return { ...common, outcome: 'failed', error: failureOf(error, id) };
  }
}

/** There is no log here, so the file of the case keeps what a log would have. */
function failureOf(error: unknown, id: string): FailedCase['error'] {
  const { code, message, details, frames } = toPlainError(error);
  const named = Object.entries(details).map(([name, value]) => ` ${name}: ${value}.`);
  const text =
    code === 'internal'
      ? `Something failed that should not. error.frames in cases/${id}.json says where.`
      : `${message}${named.join('')}`;
  return { code, message: text, ...(frames === undefined ? {} : { frames }) };
}
