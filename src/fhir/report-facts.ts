import type { Notice } from '../errors.ts';
import type { Findings } from '../pipeline/types.ts';
import type { SpacingMm } from '../volume/types.ts';

/** One model that took part, as its package describes it. */
export interface ModelFacts {
  /** What it is for: lungs and lobes, classification, opacities. */
  readonly task: string;
  readonly name: string;
  readonly version: string;
  /** sha256 of the model file that ran, lower-case hex. */
  readonly sha256: string;
  /** What that file computes in, where it is a variant and not the main file of the package: int8. */
  readonly precision?: string;
  /** Where it ran: cpu, cuda, webgpu. */
  readonly executionProvider: string;
  readonly intendedUse: string;
  readonly trainingData: string;
  /** Unique device identification, where the model is a registered device. */
  readonly udi?: Udi;
}

/** Of R4 Device.udiCarrier; the names are the same. */
export interface Udi {
  readonly deviceIdentifier: string;
  /** The whole identification as it is printed for humans. */
  readonly carrierHRF?: string;
  /** URI of the organisation that issues the identifiers, as GS1. */
  readonly issuer?: string;
  /** URI of the register, as that of the FDA. */
  readonly jurisdiction?: string;
}

/** Everything that is published about one analysis, as plain data: no DICOM, no ONNX. */
export interface ReportFacts {
  readonly findings: Findings;
  readonly study: {
    /** StudyInstanceUID (0020,000D). */
    readonly uid: string;
    /** AccessionNumber (0008,0050). */
    readonly accession?: string;
    /** PatientID (0010,0020). */
    readonly patientId?: string;
    /** IssuerOfPatientID (0010,0021). */
    readonly issuerOfPatientId?: string;
    /** PatientBirthDate (0010,0030), YYYYMMDD: compared with the EHR, never published. */
    readonly patientBirthDate?: string;
    /** PatientSex (0010,0040), likewise. */
    readonly patientSex?: string;
    /** FHIR dateTime: with its zone when a time is known, else a date. */
    readonly acquiredAt?: string;
  };
  readonly series: {
    /** SeriesInstanceUID (0020,000E). */
    readonly uid: string;
    readonly description?: string;
    readonly slices: number;
    readonly spacingMm: SpacingMm;
  };
  /** What the report is made by; the id stays the same for all its versions. */
  readonly algorithm: { readonly id: string; readonly name: string; readonly version: string };
  readonly models: readonly ModelFacts[];
  readonly warnings: readonly Notice[];
  /** FHIR instant. */
  readonly issuedAt: string;
}
