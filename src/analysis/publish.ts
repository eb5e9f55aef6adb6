import type { InstanceHeader } from '../dicom/instance-header.ts';
import { asLobarError, type Notice } from '../errors.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import type { Present, ResolvedReport, Store } from '../fhir/presented-form.ts';
import { type PublishOptions, type PublishResult, publishFindings } from '../fhir/publish-findings.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import { resolveSubject } from '../fhir/resolve-subject.ts';
import type { Logger } from '../telemetry/log.ts';
import type { AnalysisAudit } from './analysis-audit.ts';
import type { AnalyzeRequest } from './analyze-request.ts';
import type { Publication } from './documents.ts';
import { studyFacts } from './report-facts.ts';
import type { StoredObjects } from './reporting/report-document.ts';
import type { ComposedReport, ReportOfAnalysis } from './reporting/report-of-analysis.ts';
import { requireAskedPatient } from './require-asked-patient.ts';

interface PublishNeeds {
  readonly fhirBase: string;
  readonly signal: AbortSignal;
  readonly audit: AnalysisAudit;
  readonly report: ReportOfAnalysis | undefined;
  /** How long the EHR waits for it once the numbers are final; as long as it takes where it is left out. */
  readonly waitSeconds: number | undefined;
  /** Is told when the report is drawn and stored, and only publishing is left. */
  readonly begin: () => void;
  readonly logger?: Pick<Logger, 'error'> | undefined;
}

/** What was made of the report; nothing where the EHR holds it and nobody else wants it. */
export interface Made {
  readonly composed?: ComposedReport;
  /** What the PACS holds of it. */
  readonly stored?: StoredObjects | undefined;
}

export interface Delivered {
  readonly bundle: fhir4.Bundle;
  readonly facts: ReportFacts;
  readonly made: Made;
  readonly published?: Publication;
}

/**
 * Writes to the EHR; for a dry run everything but that. Before it the report is composed and stored, where it is to be;
 * where the EHR does not wait for it, after it, and then what fails is a warning: the EHR has the numbers.
 *
 * @throws LobarError as publishFindings and ReportOfAnalysis, `audit-unavailable`
 */
export async function publish(
  request: AnalyzeRequest,
  ehr: EhrClient,
  analysed: ReportFacts,
  { fhirBase, signal, audit, report: toMake, waitSeconds, begin, logger }: PublishNeeds,
): Promise<Delivered> {
  const { id, dryRun = false } = request;
  const mode = dryRun ? 'dry-run' : 'publish';
  const failed = new AbortController();
  const { options: toPresent, made, finish } = presentation(toMake, waitSeconds, failed.signal, begin);
  const options = { fhirBase, mode, signal, requestId: id, asked: request, ...toPresent } as const;
  let result: PublishResult;
  try {
    result = await audit.publishing(() => publishFindings(ehr, analysed, options));
    await audit.published(result, fhirBase);
  } catch (error) {
    // What is still being drawn is for nobody.
    failed.abort(error);
    throw error;
  }
  const { bundle, report, alreadyPublished, writeMode } = result;
  const onFailure = (err: unknown) =>
    logger?.error({ err, analysis: id }, 'what was to follow the numbers in the EHR has failed');
  const warnings = [...result.facts.warnings, ...(await finish(signal, onFailure))];
  const published = { ehr: ehr.name, report, alreadyPublished, writeMode };
  const facts = { ...result.facts, warnings };
  return { bundle, facts, made: made(), ...(dryRun ? {} : { published }) };
}

interface Presentation {
  readonly options: Pick<PublishOptions, 'present' | 'store' | 'presentAlways' | 'attachLate'>;
  /** What came of the report by now. */
  readonly made: () => Made;
  /** Makes and stores what was late; gives what it failed with, as warnings. */
  readonly finish: (signal: AbortSignal, onFailure: (error: unknown) => void) => Promise<readonly Notice[]>;
}

/** What publishFindings does for the report, and what is left to do after it. */
function presentation(
  report: ReportOfAnalysis | undefined,
  waitSeconds: number | undefined,
  failed: AbortSignal,
  begin: () => void,
): Presentation {
  let made: Made = {};
  if (report === undefined) {
    begin();
    return { options: {}, made: () => made, finish: async () => [] };
  }
  const { isWantedBesides: presentAlways, isToStore } = report;
  // Drawn for nobody otherwise: none waits, and none else wants it.
  const isDrawnLate = waitSeconds !== 0 || presentAlways;
  let late: ResolvedReport | undefined;
  const compose = async (resolved: ResolvedReport, signal: AbortSignal, seconds: number | undefined) => {
    const until = AbortSignal.any([signal, failed]);
    if (seconds === undefined) return await report.compose(resolved, until);
    if (!isDrawnLate) return undefined;
    return await report.composeWithin(seconds, resolved, until);
  };
  const present: Present = async (resolved, signal, mayBeLate) => {
    const composed = await compose(resolved, signal, mayBeLate ? waitSeconds : undefined);
    if (composed === undefined) late = resolved;
    else made = { ...made, composed };
    if (!isToStore || composed === undefined) begin();
    return composed?.forms ?? { late: reportLate(waitSeconds ?? 0) };
  };
  const store: Store = async (signal) => {
    const { composed } = made;
    if (composed === undefined) throw new Error('it is stored once it is composed');
    made = { ...made, stored: await report.store(composed, signal) };
    begin();
  };
  const finish: Presentation['finish'] = async (signal, onFailure) => {
    if (late === undefined || !isDrawnLate) return [];
    try {
      const composed = await report.late.compose(late, signal);
      made = { ...made, composed };
      if (isToStore) made = { ...made, stored: await report.late.store(composed, signal) };
      return [];
    } catch (error) {
      onFailure(error);
      return [lateFailure(error)];
    }
  };
  const attachLate = waitSeconds !== undefined;
  return {
    options: { present, presentAlways, attachLate, ...(isToStore ? { store } : {}) },
    made: () => made,
    finish,
  };
}

function reportLate(seconds: number): Notice {
  const text =
    seconds === 0
      ? 'The report is not drawn for the EHR (report.waitSeconds is 0), so the EHR has the numbers without it. Sending the request again does not add it while that is so.'
      : `The report was not drawn within ${seconds} s (report.waitSeconds), so the EHR has the numbers without it. Sent again, the request adds it if it is drawn in time by then.`;
  return { code: 'report-late', text };
}

/** The EHR has the numbers by now: no error may say that there is no report. */
function lateFailure(error: unknown): Notice {
  const { code } = asLobarError(error);
  const text = `The EHR has the numbers, but what was to follow them was not made or not stored (${code}). Send the request again.`;
  return { code: 'report-incomplete', text };
}

/**
 * The wrong patient or order, or an EHR that cannot be written to, should cost a few requests, not the whole
 * analysis. Publishing asks again.
 */
export async function checkPatient(
  request: AnalyzeRequest,
  header: InstanceHeader,
  signal: AbortSignal,
): Promise<void> {
  const { id, ehr, force, dryRun } = request;
  const study = studyFacts(header, request);
  // What a PACS leaves out of its metadata may still stand in the instances.
  if (study.patientId === undefined) return;
  requireAskedPatient(request, header);
  if (ehr === undefined || force) return;
  await resolveSubject(ehr, study, { signal, requestId: id }, request);
  if (!dryRun) await ehr.writeMode({ signal, requestId: id });
}
