import { type BundleOptions, type ReportContext, reportContext, type Subject } from './report-context.ts';
import type { ReportFacts } from './report-facts.ts';
import { classificationObservation } from './resources/classification-observation.ts';
import { device } from './resources/device.ts';
import { diagnosticReport } from './resources/diagnostic-report.ts';
import { involvementObservation } from './resources/involvement-observation.ts';
import { lobeObservations } from './resources/lobe-observations.ts';
import { provenance } from './resources/provenance.ts';
import { severityObservation } from './resources/severity-observation.ts';

export interface BuiltBundle {
  /** A transaction of PUT Type/id, FHIR R4. */
  readonly bundle: fhir4.Bundle;
  /** `DiagnosticReport/<id>` */
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
    provenance(context),
  ];
  return {
    bundle: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: resources.map((resource) => putEntry(context, resource)),
    },
    report: `DiagnosticReport/${context.ids.report}`,
    runKey: context.runKey,
  };
}

function putEntry({ fhirBase }: ReportContext, resource: fhir4.FhirResource): fhir4.BundleEntry {
  const url = `${resource.resourceType}/${resource.id}`;
  return { fullUrl: `${fhirBase}/${url}`, resource, request: { method: 'PUT', url } };
}
