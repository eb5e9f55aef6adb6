import type { Language } from '../config-schema.ts';
import type { PacsClient } from '../dicomweb/open-pacs.ts';
import type { AuditedCaller } from '../fhir/audit/audit-entry.ts';
import type { Identifier } from '../fhir/connection/open-fhir-connection.ts';
import type { EhrClient } from '../fhir/open-ehr.ts';
import type { DocumentKind } from './reporting/report-document.ts';
import type { StudySource } from './study-source.ts';

/** Waits until there is room for so many bytes more that the source itself keeps in memory: an upload. */
export type ReserveBytes = (bytes: number) => Promise<void>;

/** What is to be analysed, for whom, and what becomes of the findings. */
export interface AnalyzeRequest {
  /** Id of this analysis: in the answer, the log and the requests to the EHR. */
  readonly id: string;
  /** Who asks, for the audit. */
  readonly caller?: AuditedCaller | undefined;
  /** Opened inside the analysis, so that its deadline covers an upload too. */
  readonly source: (signal: AbortSignal, reserve: ReserveBytes) => Promise<StudySource>;
  /** Analyse this series instead of the best one. */
  readonly seriesUid?: string | undefined;
  /** Overrules AccessionNumber of the images. */
  readonly accession?: string | undefined;
  /** The patient whom the caller means; another one in the images is `patient-mismatch`. */
  readonly patient?: Identifier | undefined;
  /** The order in the EHR that asks for this, `ServiceRequest/<id>`: the report is based on it. */
  readonly serviceRequest?: string | undefined;
  /** The patient whom the Task is for that asks for this, as it refers to him or her. */
  readonly taskFor?: fhir4.Reference | undefined;
  /** Where to publish; none: only the findings are wanted. */
  readonly ehr?: EhrClient | undefined;
  /** Build the Bundle against the EHR, write nothing. */
  readonly dryRun?: boolean;
  /** Analyse the best series even when the rules refuse it. Such a result is never published. */
  readonly force?: boolean;
  /** Made of the findings, and handed over with them. */
  readonly documents?: readonly DocumentKind[];
  /** In this language; in that of the configuration by default. */
  readonly language?: Language;
  /** The PACS of the study: where what is made of it is stored, if its configuration says so. */
  readonly archive?: PacsClient | undefined;
  /** Hand the masks over with the result, and what they were made of. */
  readonly keepMasks?: boolean;
}
