import type { Involvement, PipelineMasks } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import { overlayPicture } from './overlay-picture.ts';
import type { Picture } from './picture.ts';

/** The pictures of a report, in the order in which they are looked at. */
export const pictureNames = [
  'most-affected',
  'upper',
  'middle',
  'lower',
  'coronal',
  'sagittal',
  'lungs-front',
  'lungs-back',
  'lobes',
] as const;
export type PictureName = (typeof pictureNames)[number];

/** What a picture shows; a caption is made of it in the reader's language. */
export type PictureView =
  | {
      /** A plane of voxels: transverse is seen from the feet, coronal from the front, sagittal from the left. */
      readonly kind: 'transverse' | 'coronal' | 'sagittal';
      /** Index of the plane along the volume's z, y or x. */
      readonly index: number;
      /** Coordinate of its centre along the patient's z, y or x (LPS), mm. */
      readonly positionMm: number;
    }
  | { readonly kind: 'rendering'; readonly from: 'front' | 'back' }
  | { readonly kind: 'figure' };

export interface ReportPicture {
  readonly name: PictureName;
  readonly view: PictureView;
  readonly picture: Picture;
}

/** What the pictures are drawn from. */
export interface PictureFacts {
  readonly volume: CtVolume;
  readonly masks: PipelineMasks;
  readonly involvement: Involvement;
  /** Index z; absent where there is no opacity. */
  readonly mostAffectedSlice?: number;
}

/** Draws the pictures of a report. The same input gives the same pictures, byte by byte. */
export function drawReportPictures({
  volume,
  masks,
  mostAffectedSlice,
}: PictureFacts): readonly ReportPicture[] {
  const index = mostAffectedSlice ?? Math.floor(volume.shape[0] / 2);
  const positionMm = volume.originMm[2] + index * volume.spacingMm[0] * volume.direction.z[2];
  const picture = overlayPicture(volume, masks, index, 512);
  return [{ name: 'most-affected', view: { kind: 'transverse', index, positionMm }, picture }];
}
