import type { InstanceHeader } from '../dicom/instance-header.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import { publishFindings } from '../fhir/publish-findings.ts';
import type { ReportFacts } from '../fhir/report-facts.ts';
import { resolveSubject } from '../fhir/resolve-subject.ts';
import type { AnalysisAudit } from './analysis-audit.ts';
import type { AnalyzeRequest } from './analyze-request.ts';
import type { Publication } from './documents.ts';
import { studyFacts } from './report-facts.ts';
import type { DrawnReport } from './reporting/report-of-analysis.ts';
import { requireAskedPatient } from './require-asked-patient.ts';

interface PublishNeeds {
  readonly fhirBase: string;
  readonly signal: AbortSignal;
  readonly audit: AnalysisAudit;
  readonly report: DrawnReport | undefined;
}

/**
 * Writes to the EHR; for a dry run everything but that.
 *
 * @throws LobarError as publishFindings, `audit-unavailable`
 */
export async function publish(
  request: AnalyzeRequest,
  ehr: EhrClient,
  analysed: ReportFacts,
  { fhirBase, signal, audit, report: drawn }: PublishNeeds,
): Promise<{ bundle: fhir4.Bundle; facts: ReportFacts; published?: Publication }> {
  const { id, dryRun = false } = request;
  const mode = dryRun ? 'dry-run' : 'publish';
  const { finish: present, isWantedBesides: presentAlways } = drawn ?? {};
  const options = { fhirBase, mode, signal, requestId: id, asked: request, present, presentAlways } as const;
  const result = await audit.publishing(() => publishFindings(ehr, analysed, options));
  await audit.published(result, fhirBase);
  const { bundle, facts, report, alreadyPublished, writeMode } = result;
  const published = { ehr: ehr.name, report, alreadyPublished, writeMode };
  return dryRun ? { bundle, facts } : { bundle, facts, published };
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
