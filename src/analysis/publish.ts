import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import type { Present, Store } from '../fhir/presented-form.ts';
import { type PublishOptions, publishFindings } from '../fhir/publish-findings.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import { resolveSubject } from '../fhir/resolve-subject.ts';
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
  /** Is told when the report is drawn and stored, and only publishing is left. */
  readonly begin: () => void;
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
 * Writes to the EHR; for a dry run everything but that. Before it the report is composed and stored, where it is to be.
 *
 * @throws LobarError as publishFindings and ReportOfAnalysis, `audit-unavailable`
 */
export async function publish(
  request: AnalyzeRequest,
  ehr: EhrClient,
  analysed: ReportFacts,
  { fhirBase, signal, audit, report: toMake, begin }: PublishNeeds,
): Promise<Delivered> {
  const { id, dryRun = false } = request;
  const mode = dryRun ? 'dry-run' : 'publish';
  const { options: toPresent, made } = presentation(toMake, begin);
  const options = { fhirBase, mode, signal, requestId: id, asked: request, ...toPresent } as const;
  const result = await audit.publishing(() => publishFindings(ehr, analysed, options));
  await audit.published(result, fhirBase);
  const { bundle, facts, report, alreadyPublished, writeMode } = result;
  const published = { ehr: ehr.name, report, alreadyPublished, writeMode };
  return { bundle, facts, made: made(), ...(dryRun ? {} : { published }) };
}

/** What publishFindings does for the report, and what came of it by now. */
function presentation(
  report: ReportOfAnalysis | undefined,
  begin: () => void,
): { options: Pick<PublishOptions, 'present' | 'store' | 'presentAlways'>; made: () => Made } {
  let made: Made = {};
  if (report === undefined) {
    begin();
    return { options: {}, made: () => made };
  }
  const { isWantedBesides: presentAlways, isToStore } = report;
  const present: Present = async (resolved, signal) => {
    const composed = await report.compose(resolved, signal);
    made = { ...made, composed };
    if (!isToStore) begin();
    return composed.forms;
  };
  const store: Store = async (signal) => {
    const { composed } = made;
    if (composed === undefined) throw new Error('it is stored once it is composed');
    made = { ...made, stored: await report.store(composed, signal) };
    begin();
  };
  return { options: { present, presentAlways, ...(isToStore ? { store } : {}) }, made: () => made };
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
