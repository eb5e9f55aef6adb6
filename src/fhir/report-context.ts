import type { EhrConfig } from '../config-schema.ts';
import type { Findings } from '../pipeline/types.ts';
import { carries } from './identifiers-of.ts';
import {
  deviceId,
  type HeldReferences,
  type NamedPatient,
  provenanceId,
  resourceId,
  runKey,
} from './keys.ts';
import { isPlainText } from './plain-text.ts';
import { publishedFindings } from './published-findings.ts';
import type { ReportFacts } from './report-facts.ts';

/** The patient: an identifier always, a reference once the EHR has resolved it; and what else it has resolved. */
export interface Subject extends HeldReferences {
  readonly reference?: string;
  readonly identifier: { readonly system: string; readonly value: string };
}

/** What a site decides about the resources. */
export type ReportConfig = Pick<EhrConfig, 'accessionSystem' | 'reportStatus' | 'aiLabel'> &
  Partial<Pick<EhrConfig, 'reportCode'>>;

export interface BundleOptions {
  /** Base URI of what Lobar mints: identifier systems, the local code system. */
  readonly fhirBase: string;
  /** Left out where no EHR is configured: preliminary, labelled. */
  readonly ehr?: ReportConfig | undefined;
  /** A DocumentReference goes with the report; false where it is left out. */
  readonly document?: boolean | undefined;
}

/** What every resource of one report needs to know. */
export interface ReportContext {
  readonly fhirBase: string;
  readonly ehr: ReportConfig;
  readonly facts: ReportFacts;
  /** The numbers as they are published. */
  readonly published: Findings;
  /** Without an EHR: the PatientID alone, or nothing. */
  readonly subject: fhir4.Reference | undefined;
  /** What the EHR holds of this study, where it was looked up. */
  readonly held: HeldReferences;
  readonly runKey: string;
  readonly ids: {
    readonly device: string;
    readonly report: string;
    readonly provenance: string;
    /** Where a DocumentReference goes with the report. */
    readonly document: string | undefined;
    readonly classification: string;
    readonly involvement: string;
    readonly severity: string;
    /** In the order of the findings' lobes. */
    readonly lobes: readonly string[];
  };
}

export function reportContext(
  facts: ReportFacts,
  subject: Subject | undefined,
  options: BundleOptions,
): ReportContext {
  const fhirBase = options.fhirBase.replace(/\/+$/, '');
  const patient = subject === undefined ? ownPatient(facts) : namedPatient(subject);
  const held = { order: subject?.order, imagingStudy: subject?.imagingStudy };
  const run = runKey(fhirBase, facts, patient, held);
  return {
    facts,
    published: publishedFindings(facts.findings),
    subject: patient && subjectReference(patient),
    held,
    fhirBase,
    ehr: options.ehr ?? { reportStatus: 'preliminary', aiLabel: true },
    runKey: run,
    ids: {
      device: deviceId(fhirBase, facts),
      report: resourceId(fhirBase, facts, 'report'),
      provenance: provenanceId(fhirBase, run),
      document: options.document ? resourceId(fhirBase, facts, 'document') : undefined,
      classification: resourceId(fhirBase, facts, 'classification'),
      involvement: resourceId(fhirBase, facts, 'involvement'),
      severity: resourceId(fhirBase, facts, 'severity'),
      lobes: facts.findings.involvement.lobes.map(({ lobe }) =>
        resourceId(fhirBase, facts, `lobe-${lobe.toLowerCase()}`),
      ),
    },
  };
}

/** Without an EHR the system of the PatientID is not known. */
function ownPatient({ study: { patientId } }: ReportFacts): NamedPatient | undefined {
  return isPlainText(patientId) ? { value: patientId } : undefined;
}

function namedPatient({ reference, identifier: { system, value } }: Subject): NamedPatient {
  return { system, value, ...(reference === undefined ? {} : { reference }) };
}

function subjectReference({ reference, system, value }: NamedPatient): fhir4.Reference {
  return {
    ...(reference === undefined ? {} : { reference }),
    type: 'Patient',
    identifier: { ...(system === undefined ? {} : { system }), value },
  };
}

/** A run as an identifier: of the report, or the document, that it wrote. */
export interface Run {
  readonly system: string;
  readonly value: string;
}

/** Whether this run wrote a report or a document, as the EHR holds it: identifiers that are malformed are none. */
export function carriesRun({ identifier }: Pick<fhir4.DiagnosticReport, 'identifier'>, run: Run): boolean {
  return carries(identifier, run);
}

/** The identifier system of runs: by it, and by a run key, a report is found again. */
export function runSystem(fhirBase: string): string {
  return `${fhirBase.replace(/\/+$/, '')}/ai-run`;
}
