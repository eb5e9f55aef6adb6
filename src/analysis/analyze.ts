/** The whole job, top to bottom: find the series, fetch it, run the pipeline, publish what was found. */
import { abortReason } from '../abort-reason.ts';
import type { Config } from '../config-schema.ts';
import type { DecodePool } from '../dicom/decode-pool.ts';
import type { InstanceHeader } from '../dicom/instance-header.ts';
import { LobarError, type Notice } from '../errors.ts';
import type { AuditTrail } from '../fhir/audit/open-audit-trail.ts';
import { buildBundle } from '../fhir/build-bundle.ts';
import type { BundleOptions } from '../fhir/report-context.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import type { InferenceEngine } from '../inference/open-inference-engine.ts';
import type { Findings, PipelineMasks } from '../pipeline/types.ts';
import type { ReportPicture } from '../report/report-pictures.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { StageClock } from '../telemetry/stage-clock.ts';
import type { CtVolume } from '../volume/types.ts';
import type { Analysis, OtherSeries } from './analysis.ts';
import { AnalysisAudit } from './analysis-audit.ts';
import type { AnalyzeRequest } from './analyze-request.ts';
import { type ChosenSeries, chooseSeries } from './choose-series.ts';
import { analysedDocument, ineligibleDocument } from './documents.ts';
import type { MemoryBudget, Reservation } from './memory-budget.ts';
import { memoryNeed } from './memory-need.ts';
import { openStages } from './open-stages.ts';
import { checkPatient, type Delivered, publish } from './publish.ts';
import { reportFacts, studyFacts } from './report-facts.ts';
import { beginReport } from './reporting/begin-report.ts';
import type { Reporter } from './reporting/open-reporter.ts';
import { planReport } from './reporting/plan-report.ts';
import type { ReportDocument } from './reporting/report-document.ts';
import { type ReportOfAnalysis, reportOfAnalysis } from './reporting/report-of-analysis.ts';
import { requireAskedPatient } from './require-asked-patient.ts';
import { refusalsOnArrival, retrieve } from './retrieve.ts';
import { publishedAttributes, retrievedAttributes } from './stage-attributes.ts';

export type { AnalyzeRequest } from './analyze-request.ts';

/** The stages that a caller sees pass by, in order. */
export const analysisStages = [
  'find',
  'retrieve',
  'lungs',
  'classify',
  'opacities',
  'quantify',
  'report',
  'store',
  'publish',
] as const;
export type AnalysisStage = (typeof analysisStages)[number];

export interface AnalyzeContext {
  readonly engine: InferenceEngine;
  readonly decodePool: DecodePool;
  /** `noReporter` where nobody can want a document. */
  readonly reporter: Reporter;
  readonly audit: AuditTrail;
  /** What all analyses of this process share; unlimited where it is left out. */
  readonly memory?: MemoryBudget | undefined;
  readonly config: Pick<Config, 'eligibility' | 'limits' | 'fhirBase' | 'report'>;
  readonly metrics?: Pick<Metrics, 'staged'>;
  /** Is told what fails after the EHR was written to. */
  readonly logger?: Pick<Logger, 'error'>;
}

export interface AnalyzeHooks {
  readonly signal: AbortSignal;
  /** `fraction` of the stage that is done, 0 when it starts, 1 when it ends. */
  readonly onProgress?: (stage: AnalysisStage, fraction: number) => void;
}

export interface AnalyzeResult {
  readonly analysis: Analysis;
  /** What was, or would be, written; absent for an ineligible study. */
  readonly bundle?: fhir4.Bundle;
  /** Those that were asked for. */
  readonly documents?: readonly ReportDocument[];
  /** Where any were: the pictures in them. */
  readonly pictures?: readonly ReportPicture[];
  /** For keepMasks. */
  readonly masks?: PipelineMasks;
  /** For keepMasks: what the masks lie on. */
  readonly seen?: SeenSeries;
}

/** What the pipeline saw, and what it said before anything was rounded. */
export interface SeenSeries {
  readonly volume: CtVolume;
  /** Of its lowest slice. */
  readonly header: InstanceHeader;
  readonly findings: Findings;
}

/**
 * Analyses one study.
 *
 * @returns the Analysis; an ineligible study is a finished answer, not an error.
 * @throws LobarError with any code of the table's study, PACS, EHR, audit and inference sections, `cancelled`,
 *   `deadline-exceeded`. It published nothing when it throws, but for the codes that say so.
 */
export async function analyze(
  request: AnalyzeRequest,
  context: AnalyzeContext,
  hooks: AnalyzeHooks,
): Promise<AnalyzeResult> {
  const deadline = AbortSignal.timeout(context.config.limits.analysisSeconds * 1000);
  const signal = AbortSignal.any([hooks.signal, deadline]);
  const clock = new StageClock();
  const audit = new AnalysisAudit(request, context.audit);
  const memory = context.memory?.open();
  const ended = new AbortController();
  const until = AbortSignal.any([signal, ended.signal]);
  try {
    return await run(request, context, { ...hooks, signal }, { clock, audit, memory, until });
  } catch (thrown) {
    const error = signal.aborted ? interruption(thrown, hooks.signal, context.config) : thrown;
    audit.failed(error);
    throw error;
  } finally {
    ended.abort();
    const { total: _, eventLoopP99: __, ...stages } = clock.stop();
    context.metrics?.staged(stages);
    memory?.release();
  }
}

/** What an analysis that was cancelled or took too long ends with. */
function interruption(thrown: unknown, caller: AbortSignal, config: AnalyzeContext['config']): unknown {
  // Any other code is told as it is: a transaction may already have been on its way to the EHR.
  if (thrown instanceof LobarError && thrown.code !== 'cancelled') return thrown;
  if (caller.aborted) return abortReason(caller);
  const seconds = config.limits.analysisSeconds;
  return new LobarError('deadline-exceeded', { seconds }, { cause: thrown });
}

/** What lasts as long as one analysis. */
interface Surroundings {
  readonly clock: StageClock;
  readonly audit: AnalysisAudit;
  readonly memory: Reservation | undefined;
  /** Aborted where it ends, in whatever way. */
  readonly until: AbortSignal;
}

async function run(
  request: AnalyzeRequest,
  { engine, decodePool, reporter, config, logger }: AnalyzeContext,
  { signal, onProgress = () => {} }: AnalyzeHooks,
  { clock, audit, memory, until }: Surroundings,
): Promise<AnalyzeResult> {
  const { id, force = false, keepMasks = false } = request;
  const plan = planReport(request);
  const stages = openStages(clock, onProgress);
  const ineligible = (header: InstanceHeader, reasons: readonly OtherSeries[]): AnalyzeResult => ({
    analysis: ineligibleDocument(
      { id, study: studyFacts(header, request), timingsMs: clock.stop() },
      reasons,
    ),
  });

  const { source, choice } = await stages.run('find', async () => {
    const source = await request.source(signal, async (own) => memory?.grow({ own, shared: 0 }, signal));
    audit.opened(source);
    const wish = { seriesUid: request.seriesUid, force };
    return { source, choice: await chooseSeries(source, wish, config.eligibility, signal, config.limits) };
  });
  if (choice.kind === 'ineligible') {
    await audit.read(choice.header);
    return ineligible(choice.header, choice.reasons);
  }
  audit.saw(choice.header);
  await audit.publishing(() => checkPatient(request, choice.header, signal));
  // Before anything is retrieved.
  await memory?.grow(memoryNeed(choice, plan?.wanted), signal);

  const fetch = () =>
    retrieve(source, choice, {
      decodePool,
      limits: config.limits,
      force,
      signal,
      onProgress: (fraction) => onProgress('retrieve', fraction),
    });
  const ingested = await stages.run('retrieve', fetch, retrievedAttributes);
  const header = ingested.headers[0] ?? choice.header;
  await audit.read(header);
  requireAskedPatient(request, header);
  const refusals = force ? [] : refusalsOnArrival(ingested, choice, config.eligibility);
  if (refusals.length > 0) return ineligible(header, [refused(choice, header, refusals), ...choice.others]);

  const { site, waitSeconds } = config.report;
  const begun = beginReport(plan, reporter, ingested.volume, { waitSeconds, until });
  const result = await engine.analyse(ingested.volume, {
    ...(force ? {} : { minLungMl: config.eligibility.minLungLitres * 1000 }),
    keepMasks: keepMasks || plan !== undefined,
    signal,
    onProgress,
    ...(begun === undefined ? {} : { onLungs: begun.onLungs }),
  });
  for (const [stage, ms] of Object.entries(result.timingsMs)) clock.add(stage, ms);
  if (result.kind === 'too-little-lung') {
    return ineligible(header, [
      refused(choice, header, [tooLittleLung(result.lungMl, choice.chestKnown)]),
      ...choice.others,
    ]);
  }

  const warnings = distinct([
    ...(source.warnings ?? []),
    ...choice.warnings,
    ...ingested.warnings,
    ...result.warnings,
  ]);
  const facts = reportFacts(header, ingested, result.findings, engine.models, warnings, request);
  const { masks } = result;
  const { ehr, archive, language = config.report.language } = request;
  const report =
    plan &&
    masks &&
    reportOfAnalysis(plan, ingested, result, masks, {
      ...{ reporter, language, site, archive, audit, keepMasks, begun, stages },
    });
  const { fhirBase } = config;
  const delivered =
    ehr === undefined || force
      ? await unpublished(facts, { fhirBase, ehr: ehr?.config }, report, signal)
      : await stages.enclose(
          'publish',
          (begin) =>
            publish(request, ehr, facts, { fhirBase, signal, audit, report, waitSeconds, begin, logger }),
          publishedAttributes,
        );

  const { study } = delivered.facts;
  const analysis = analysedDocument({ id, study, timingsMs: clock.stop() }, delivered.facts, {
    chosen: choice,
    // Where it ran is of no concern to a reader of the report; whoever runs the service wants to know.
    notices: engine.notices,
    ...(delivered.published === undefined ? {} : { published: delivered.published }),
    stored: delivered.made.stored,
    ...(request.dryRun ? { bundle: delivered.bundle } : {}),
  });
  const seen = { volume: ingested.volume, header, findings: result.findings };
  const kept = keepMasks && masks ? { masks, seen } : {};
  const { composed } = delivered.made;
  const made =
    composed === undefined || request.documents === undefined
      ? {}
      : { documents: composed.answered, pictures: composed.pictures };
  return { analysis, bundle: delivered.bundle, ...made, ...kept };
}

/** The Bundle as it would be published, and the documents, where nothing is. */
async function unpublished(
  facts: ReportFacts,
  options: BundleOptions,
  report: ReportOfAnalysis | undefined,
  signal: AbortSignal,
): Promise<Delivered> {
  const { bundle, runKey } = buildBundle(facts, undefined, options);
  const composed = await report?.compose({ facts, runKey, previous: [] }, signal);
  return { bundle, facts, made: composed === undefined ? {} : { composed } };
}

function refused({ stack }: ChosenSeries, header: InstanceHeader, reasons: readonly Notice[]): OtherSeries {
  return {
    uid: header.seriesInstanceUid,
    ...(header.seriesDescription === undefined ? {} : { description: header.seriesDescription }),
    ...(stack === undefined ? {} : { stack }),
    reasons: [...reasons],
  };
}

/** A PACS lists and the instances say the same thing: it is told once. */
function distinct(notices: readonly Notice[]): Notice[] {
  return [...new Map(notices.map((notice) => [notice.code, notice])).values()];
}

function tooLittleLung(lungMl: number, chestKnown: boolean): Notice {
  const found = `only ${Math.round(lungMl)} mL of lung was found`;
  return chestKnown
    ? { code: 'too-little-lung', text: `The tags say that this is a chest, but ${found}.` }
    : { code: 'not-chest', text: `The tags do not say that this is a chest, and ${found}.` };
}
