import type { Vec3 } from '../volume/types.ts';

/** Directions of an image's axes in the patient's frame (PS3.3 C.7.6.2.1.1). */
export interface ImageOrientation {
  /** Along a row: the way the column index grows. */
  readonly row: Vec3;
  /** Along a column: the way the row index grows. */
  readonly column: Vec3;
}

/** When the images were made, as DICOM writes it (PS3.5 6.2: DA, TM); every part lies in its range. */
export interface AcquisitionTime {
  /** YYYYMMDD, a day of the calendar. */
  readonly date: string;
  /** HH, HHMM or HHMMSS, the last with or without a fraction; second 60 is a leap second. */
  readonly time?: string;
  /** -1200 to +1400; without it the zone is the scanner's own and unknown. */
  readonly timezoneOffset?: string;
}

/**
 * What Lobar reads of one DICOM instance, from its bytes or from DICOM JSON. Plain data; names after the
 * keywords of PS3.6. The patient's name is left out on purpose.
 */
export interface InstanceHeader {
  /** Empty where the header is of a series as a search found it. */
  readonly sopInstanceUid: string;
  /** Empty where the object does not say. */
  readonly sopClassUid: string;
  /** Empty where the object does not say (careless de-identification): such a series is not eligible. */
  readonly studyInstanceUid: string;
  /** Empty where the object does not say. */
  readonly seriesInstanceUid: string;
  readonly transferSyntaxUid?: string;
  readonly modality: string;
  readonly imageType: readonly string[];
  /** 0 where the object is no image. */
  readonly rows: number;
  /** 0 where the object is no image. */
  readonly columns: number;
  /** Of the whole instance. */
  readonly numberOfFrames: number;
  /**
   * Which frame of the instance this is, from 1; of a single-frame instance the only one. An instance of several
   * frames that does not say where each lies has one header only.
   */
  readonly frameNumber: number;
  readonly samplesPerPixel: number;
  readonly photometricInterpretation: string;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly pixelRepresentation: 0 | 1;
  readonly rescaleSlope?: number;
  readonly rescaleIntercept?: number;
  readonly rescaleType?: string;
  /** A stored value, in the image's own pixel representation. */
  readonly pixelPaddingValue?: number;
  readonly pixelPaddingRangeLimit?: number;
  /** Positions can be compared within one only (PS3.3 C.7.4.1); any text, for it is only compared. */
  readonly frameOfReferenceUid?: string;
  readonly imagePositionPatient?: Vec3;
  readonly imageOrientationPatient?: ImageOrientation;
  /** Distance between rows and between columns. */
  readonly pixelSpacingMm?: { readonly row: number; readonly column: number };
  readonly sliceThicknessMm?: number;
  readonly gantryTiltDegrees?: number;
  readonly instanceNumber?: number;
  /** Of the frame where it has its own. */
  readonly acquisitionNumber?: number;
  /** Frames of one stack belong together (PS3.3 C.7.6.16.2.2.4). */
  readonly stackId?: string;
  /** Which point in time a frame is of, from 1 (PS3.3 C.7.6.16.2.2.6). */
  readonly temporalPositionIndex?: number;
  /** The same of a single-frame image (PS3.3 C.7.6.17). */
  readonly temporalPositionIdentifier?: number;
  /** Of the cardiac cycle (PS3.3 C.7.6.16.2.7). */
  readonly cardiacPhasePercent?: number;
  /** From the peak of the R wave. */
  readonly triggerTimeMs?: number;
  readonly kvp?: number;
  /** When the data of this one image were acquired, as text that sorts by time; good for that only. */
  readonly scannedAt?: string;
  readonly seriesNumber?: number;
  readonly seriesDescription?: string;
  readonly studyDescription?: string;
  readonly protocolName?: string;
  readonly bodyPartExamined?: string;
  readonly convolutionKernel?: readonly string[];
  readonly manufacturer?: string;
  readonly accessionNumber?: string;
  readonly patient: {
    readonly id?: string;
    readonly issuerOfId?: string;
    /** YYYYMMDD. */
    readonly birthDate?: string;
    readonly sex?: string;
    /** nnnD, nnnW, nnnM or nnnY. */
    readonly age?: string;
  };
  /** YYYYMMDD. */
  readonly studyDate?: string;
  readonly acquiredAt?: AcquisitionTime;
}
