import type { CtVolume, Vec3 } from '../../volume/types.ts';
import type { ImageOrientation } from '../instance-header.ts';
import type { StudyContext } from '../study-context.ts';

/** What all objects that are made of one analysis have in common, as plain values: the same ones give the same bytes. */
export interface ObjectFacts {
  /** Of the images: patient, study, frame of reference. */
  readonly context: StudyContext;
  /** A UUID that names this very result: the objects' UIDs follow from it. */
  readonly runKey: string;
  /** FHIR instant. */
  readonly issuedAt: string;
  readonly algorithm: { readonly name: string; readonly version: string };
  readonly models: readonly ObjectModel[];
  /** What the volume's voxels lie on. */
  readonly grid: Omit<CtVolume, 'data'>;
  /** Of the images that the volume was made of, from feet to head, one a slice. */
  readonly sources: readonly SourceImage[];
}

/** A network that took part, as its package describes it. */
export interface ObjectModel {
  /** What it is for: lungs-lobes, classifier, opacities. */
  readonly task: string;
  readonly name: string;
  readonly version: string;
  /** Of the file that ran. */
  readonly sha256: string;
}

/** One image, or one frame of one. */
export interface SourceImage {
  /** Empty where the image does not say. */
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  /** Of its instance, from 1. */
  readonly frameNumber: number;
  /** Of the whole instance. */
  readonly numberOfFrames: number;
  /** Centre of its first pixel, as it is stored. */
  readonly imagePositionPatient?: Vec3;
  /** As it is stored. */
  readonly imageOrientationPatient?: ImageOrientation;
}

/** A DICOM object as a file, and what names it. */
export interface MadeObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** PS3.10. */
  readonly bytes: Uint8Array;
}
