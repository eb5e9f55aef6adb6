import type { Notice } from '../errors.ts';
import type { Findings } from '../pipeline/types.ts';
import type { SpacingMm } from '../volume/types.ts';

/** Who and what was scanned, as the images say it; it names the patient. Dates are YYYYMMDD, times begin with HHMMSS. */
export interface ReportSubject {
  /** As DICOM writes it, components divided by `^`. */
  readonly patientName?: string;
  readonly patientId?: string;
  readonly patientBirthDate?: string;
  readonly patientSex?: string;
  /** nnnD, nnnW, nnnM or nnnY. */
  readonly patientAge?: string;
  readonly accession?: string;
  readonly studyUid: string;
  readonly studyDate?: string;
  readonly studyTime?: string;
  /** Of the times from UTC, as +0100; without it they are on the scanner's clock. */
  readonly timezoneOffset?: string;
  readonly studyDescription?: string;
  readonly seriesUid: string;
  readonly seriesNumber?: number;
  readonly seriesDescription?: string;
  /** Of the thickest slice. */
  readonly sliceThicknessMm?: number;
  /** As the images name it, several values with a backslash between them. */
  readonly convolutionKernel?: string;
  readonly slices: number;
  readonly spacingMm: SpacingMm;
}

/** A network that took part, as its package describes it. */
export interface ReportModel {
  readonly task: string;
  readonly name: string;
  readonly version: string;
  /** Of the file that ran. */
  readonly sha256: string;
  /** What that file computes in, where it is a variant of its package: int8. */
  readonly precision?: string;
  readonly executionProvider: string;
  readonly intendedUse: string;
  readonly trainingData: string;
  /** There if it is a registered medical device. */
  readonly udi?: { readonly deviceIdentifier: string };
}

/** An earlier result of the same patient, as the EHR holds it. */
export interface PreviousResult {
  /** FHIR dateTime of the scan: a date, or with its time and zone. */
  readonly scannedAt: string;
  readonly involvementPercent: number;
  readonly severityScore: number;
  /** Version of the algorithm that wrote it: numbers of another version may not be comparable. */
  readonly algorithmVersion?: string;
}

/** Everything that the report says (PIPELINE.md 7), as plain values: the same content gives the same bytes. */
export interface ReportContent {
  /** Name of the hospital. */
  readonly site?: string;
  readonly subject: ReportSubject;
  readonly findings: Findings;
  readonly algorithm: { readonly name: string; readonly version: string };
  readonly models: readonly ReportModel[];
  readonly warnings: readonly Notice[];
  /** Oldest first; of this study none. */
  readonly previous: readonly PreviousResult[];
  /** FHIR instant. */
  readonly issuedAt: string;
  /** Names this very result, in the EHR and in the PACS. */
  readonly runKey: string;
}
