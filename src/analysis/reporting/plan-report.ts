import type { EhrConfig } from '../../config-schema.ts';
import type { AnalyzeRequest } from '../analyze-request.ts';
import type { DicomObjectKind, DocumentKind } from './report-document.ts';
import type { Wanted } from './reporter-protocol.ts';

/** Which documents an analysis makes, and for whom. */
export interface ReportPlan {
  readonly wanted: Wanted;
  /** For the EHR: they go into DiagnosticReport.presentedForm, and the PDF into a DocumentReference. */
  readonly forms: readonly DocumentKind[];
  /** For who asked. */
  readonly answered: readonly DocumentKind[];
  /** For the PACS. */
  readonly stored: readonly DicomObjectKind[];
  /** The EHR takes no numbers before them, whatever `report.waitSeconds` says. */
  readonly isAwaited: boolean;
}

/**
 * What the caller, the EHR and the PACS want of a report.
 *
 * @returns undefined where nobody wants anything: then nothing is drawn
 */
export function planReport({
  documents = [],
  ehr,
  archive,
  dryRun,
  force,
}: AnalyzeRequest): ReportPlan | undefined {
  const isPublished = ehr !== undefined && !force;
  const forms = isPublished ? formsFor(ehr.config) : [];
  const stored = isPublished && !dryRun ? (archive?.store ?? []) : [];
  const kinds = new Set<DocumentKind>([
    ...forms,
    ...documents,
    ...(stored.length > 0 ? (['dicom'] as const) : []),
  ]);
  if (kinds.size === 0) return undefined;
  const objects = documents.includes('dicom') ? (['seg', 'sr', 'pdf', 'pictures'] as const) : stored;
  // One and the same object for all, whoever asks: to store it again, with documents or without, adds none.
  const measurementsAlone = stored.includes('sr') && !stored.includes('seg');
  const wanted = { kinds: [...kinds], objects, ...(measurementsAlone ? { measurementsAlone } : {}) };
  const isAwaited = isPublished && (dryRun === true || ehr.config.writeMode === 'document');
  return { wanted, forms, answered: documents, stored, isAwaited };
}

function formsFor({ presentedForm, documentReference, writeMode }: EhrConfig): readonly DocumentKind[] {
  const isPdfNeeded = documentReference || writeMode === 'document';
  return isPdfNeeded && !presentedForm.includes('pdf') ? [...presentedForm, 'pdf'] : presentedForm;
}
