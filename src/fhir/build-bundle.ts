import { documentId } from './keys.ts';
import { type BundleOptions, type ReportContext, reportContext, type Subject } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';
import { classificationObservation } from './resources/classification-observation.ts';
import { device } from './resources/device.ts';
import { diagnosticReport } from './resources/diagnostic-report.ts';
import { documentReference } from './resources/document-reference.ts';
import { involvementObservation } from './resources/involvement-observation.ts';
import { lobeObservations } from './resources/lobe-observations.ts';
import { provenance } from './resources/provenance.ts';
import { severityObservation } from './resources/severity-observation.ts';

export interface BuiltBundle {
  /** A transaction of PUT Type/id, FHIR R4. */
  readonly bundle: fhir4.Bundle;
  /** `DiagnosticReport/<id>`, or `DocumentReference/<id>` where that stands alone. */
  readonly report: string;
  readonly runKey: string;
}

/**
 * Everything that is published about one analysis, as one FHIR R4 transaction (FHIR.md). Pure: the same facts
 * give the same Bundle. Without `subject.reference` the patient is named by identifier only; without `subject`
 * by the PatientID alone.
 */
export function buildBundle(
  facts: ReportFacts,
  subject: Subject | undefined,
  options: BundleOptions,
): BuiltBundle {
  const context = reportContext(facts, subject, options);
  const resources = [
    device(context),
    ...lobeObservations(context),
    classificationObservation(context),
    involvementObservation(context),
    severityObservation(context),
    diagnosticReport(context),
    ...(context.ids.document === undefined ? [] : [documentReference(context, context.ids.document)]),
    provenance(context),
  ];
  return built(context, resources, `DiagnosticReport/${context.ids.report}`);
}

/**
 * What is published in the write mode `document`: a DocumentReference and nothing else. Its id is one a run, as a
 * newer one does not take its place but replaces it.
 */
export function buildDocument(
  facts: ReportFacts,
  subject: Subject | undefined,
  options: BundleOptions,
): BuiltBundle {
  const context = reportContext(facts, subject, options);
  const id = documentId(context.fhirBase, context.runKey);
  return built(context, [documentReference(context, id)], `DocumentReference/${id}`);
}

function built(
  context: ReportContext,
  resources: readonly fhir4.FhirResource[],
  report: string,
): BuiltBundle {
  const entry = resources.map((resource) => putEntry(context, resource));
  return { bundle: { resourceType: 'Bundle', type: 'transaction', entry }, report, runKey: context.runKey };
}

function putEntry({ fhirBase }: ReportContext, resource: fhir4.FhirResource): fhir4.BundleEntry {
  const url = `${resource.resourceType}/${resource.id}`;
  return { fullUrl: `${fhirBase}/${url}`, resource, request: { method: 'PUT', url } };
}
