/** What a caller may ask to have with the findings. */
export const documentKinds = ['pdf', 'html', 'png', 'dicom', 'volumes'] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** A file that was made of one analysis. */
export interface ReportDocument {
  readonly kind: DocumentKind;
  /** As a file is named: report.pdf */
  readonly name: string;
  /** In the language of the report; of volumes, and of DICOM objects but the PDF, which are English, in English. */
  readonly title: string;
  /** As Content-Type says it: application/pdf */
  readonly contentType: string;
  /** BCP 47, where it holds text. */
  readonly language?: string;
  readonly bytes: Uint8Array;
  /** Of a DICOM object. */
  readonly dicom?: StoredInstance & { readonly object: DicomObjectKind };
}

/** What goes back into the PACS. */
export const dicomObjectKinds = ['seg', 'sr', 'pdf', 'pictures'] as const;
export type DicomObjectKind = (typeof dicomObjectKinds)[number];

/** What a PACS holds of an analysis. */
export interface StoredObjects {
  /** Its name in the configuration. */
  readonly pacs: string;
  readonly instances: readonly (StoredInstance & { readonly object: DicomObjectKind })[];
}

export interface StoredInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
}
