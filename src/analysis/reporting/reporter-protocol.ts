import type { Language } from '../../config-schema.ts';
import type { SourceImage } from '../../dicom/objects/object-facts.ts';
import type { PackedSegments } from '../../dicom/objects/seg/pack-segments.ts';
import type { StudyContext } from '../../dicom/study-context.ts';
import type { PlainError } from '../../errors.ts';
import type { LungGrid } from '../../pipeline/trees/lung-grid.ts';
import type { LungDraft } from '../../report/rendering/draft-lungs.ts';
import type { ReportContent } from '../../report/report-content.ts';
import type { PictureFiles } from '../../report/report-images.ts';
import type { PictureFacts, ReportPicture } from '../../report/report-pictures.ts';
import type { CtVolume } from '../../volume/types.ts';
import type { DicomObjectKind, DocumentKind, ReportDocument } from './report-document.ts';

/** What is begun while opacities are still looked for. */
export interface BeginOrder {
  readonly volume: CtVolume;
  readonly lungs: LungGrid;
  /** One element in shared memory; not 0: nobody wants it any more. */
  readonly stop: Int32Array<SharedArrayBuffer>;
}

/** What is drawn while volume and masks are there; they are not needed after it. */
export interface DrawOrder extends PictureFacts {
  /** What will be composed: what needs the masks themselves is made of them now. */
  readonly wanted: Wanted;
}

export interface Wanted {
  readonly kinds: readonly DocumentKind[];
  /** Of kind `dicom` only these; none of them where it is empty. */
  readonly objects: readonly DicomObjectKind[];
  /** Somebody gets the measurements (`sr`) without the segmentation: they refer to none. */
  readonly measurementsAlone?: boolean;
}

export interface Drawn {
  readonly pictures: readonly ReportPicture[];
  /** Of the pictures, where they go into a text. */
  readonly files?: PictureFiles;
  /** Where a segmentation is wanted. */
  readonly segmentation?: PackedSegments;
  /** Of kind `volumes`, where they are wanted. They are finished: nothing that the report says changes them. */
  readonly volumes: readonly ReportDocument[];
}

/** What is composed once it is known what the report says. */
export interface ComposeOrder {
  readonly wanted: Wanted;
  readonly drawn: Omit<Drawn, 'volumes'>;
  readonly content: ReportContent;
  readonly language: Language;
  readonly context: StudyContext;
  /** Without its voxels. */
  readonly grid: Omit<CtVolume, 'data'>;
  /** Of the images that the volume was made of, from feet to head. */
  readonly sources: readonly SourceImage[];
}

export type ReporterTask =
  /** Answered as soon as the thread has all that it needs. */
  | { readonly kind: 'start' }
  | { readonly kind: 'begin'; readonly order: BeginOrder }
  | { readonly kind: 'draw'; readonly order: DrawOrder }
  | { readonly kind: 'compose'; readonly order: ComposeOrder };

export type ReporterResult =
  /** `ms` is how long the thread was at it. */
  | { readonly value: LungDraft | Drawn | readonly ReportDocument[]; readonly ms: number }
  | { readonly error: PlainError };
