import { codes, coding, localConcept } from '../codes.ts';
import { identifierValue, reportKey } from '../keys.ts';
import { type ReportContext, runSystem } from '../report-context.ts';
import { conclusion, narrative } from '../wording.ts';
import { aiLabel, effective, orderReference, studyReference, subject } from './references.ts';

/**
 * The report. Its official identifier names the report, the secondary one the run that wrote it. Its
 * conclusionCode is the pattern that was seen, never a disease.
 */
export function diagnosticReport(context: ReportContext): fhir4.DiagnosticReport {
  const { ehr, facts, fhirBase, ids, published } = context;
  return {
    resourceType: 'DiagnosticReport',
    id: ids.report,
    ...aiLabel(context),
    text: narrative(context),
    identifier: [
      { use: 'official', system: `${fhirBase}/ai-report`, value: identifierValue(reportKey(facts)) },
      { use: 'secondary', system: runSystem(fhirBase), value: context.runKey },
    ],
    ...orderReference(context),
    status: ehr.reportStatus,
    category: [{ coding: [coding(codes.radiology), coding(codes.radiologySection)] }],
    code: { coding: reportCode(context), text: 'AI analysis of chest CT' },
    ...subject(context),
    ...effective(context),
    issued: facts.issuedAt,
    result: [ids.classification, ids.involvement, ids.severity].map((id) => ({
      reference: `Observation/${id}`,
    })),
    imagingStudy: [studyReference(context)],
    conclusion: conclusion(context),
    conclusionCode: [localConcept(fhirBase, `pattern-${published.classification.decision}`)],
  };
}

/** In Europe a report is an imaging report first, and of the chest second. */
function reportCode({ ehr }: ReportContext): fhir4.Coding[] {
  const europe = ehr.reportCode === 'imaging-report' ? [coding(codes.imagingReport)] : [];
  return [...europe, coding(codes.ctChest)];
}
