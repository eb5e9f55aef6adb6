import type { Involvement, PipelineMasks } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import type { Picture } from './picture.ts';
import { type BodyPlane, bodyPlane, type PlaneKind } from './pictures/body-plane.ts';
import { choosePlanes } from './pictures/choose-planes.ts';
import { lobeBars } from './pictures/lobe-bars.ts';
import { type PictureScale, planePicture, scaleToFit } from './pictures/plane-picture.ts';
import { surveyMasks } from './pictures/survey-masks.ts';
import type { LungDraft } from './rendering/draft-lungs.ts';
import { lungPictures } from './rendering/lung-pictures.ts';

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

/** A plane of voxels: transverse is seen from the feet, coronal from the front, sagittal from the left. */
interface PlaneView {
  /** Index of the plane along the volume's z, y or x. */
  readonly index: number;
  /** Coordinate of its centre along the patient's z, y or x (LPS), mm. */
  readonly positionMm: number;
}

/** What a picture shows; a caption is made of it in the reader's language. */
export type PictureView =
  | (PlaneView & {
      readonly kind: 'transverse';
      /** Which image of the series it is, as `PictureFacts.images`. */
      readonly image?: number;
    })
  | (PlaneView & { readonly kind: 'coronal' | 'sagittal' })
  | { readonly kind: 'rendering'; readonly from: 'front' | 'back' }
  | { readonly kind: 'figure' };

export interface ReportPicture {
  readonly name: PictureName;
  readonly view: PictureView;
  readonly picture: Picture;
  /** Of a plane: as much down as to the right. */
  readonly mmPerPixel?: number;
}

/** What the pictures are drawn from. */
export interface PictureFacts {
  readonly volume: CtVolume;
  readonly masks: PipelineMasks;
  readonly involvement: Involvement;
  /** Index z; absent where there is no opacity. */
  readonly mostAffectedSlice?: number;
  /** Of each slice, by z, the number under which a PACS shows its image; undefined where it has none. */
  readonly images?: readonly (number | undefined)[];
  /** What was made of volume and lobes while opacities were still looked for. */
  readonly draft?: LungDraft | undefined;
}

/** Height and width in pixels that a picture of a plane fits into. */
const sizes = { large: [640, 640], small: [360, 360], upright: [380, 360] } as const;

/**
 * Draws the pictures of a report. The same input gives the same pictures, byte by byte.
 *
 * @param onDrawn is given each as soon as it is there, while others are still to be drawn
 */
export function drawReportPictures(
  { volume, masks, involvement, mostAffectedSlice, images, draft }: PictureFacts,
  onDrawn: (picture: ReportPicture) => void = () => {},
): readonly ReportPicture[] {
  const survey = surveyMasks(masks);
  const chosen = choosePlanes(survey, volume.spacingMm, mostAffectedSlice);
  const cut = (kind: PlaneKind, index: number) => bodyPlane(volume, kind, index, chosen.box);
  const drawn = (one: ReportPicture) => {
    onDrawn(one);
    return one;
  };
  const draw = (name: PictureName, plane: BodyPlane, scale: PictureScale): ReportPicture => {
    const picture = planePicture(volume, masks, plane, scale);
    return drawn({ name, view: viewOf(plane, images), picture, mmPerPixel: 1 / scale.perMm });
  };
  const mostAffected = cut('transverse', chosen.mostAffected);
  const small = scaleToFit([mostAffected], sizes.small);
  const coronal = cut('coronal', chosen.coronal);
  const sagittal = cut('sagittal', chosen.sagittal);
  const upright = scaleToFit([coronal, sagittal], sizes.upright);
  return [
    draw('most-affected', mostAffected, scaleToFit([mostAffected], sizes.large)),
    draw('upper', cut('transverse', chosen.upper), small),
    draw('middle', cut('transverse', chosen.middle), small),
    draw('lower', cut('transverse', chosen.lower), small),
    draw('coronal', coronal, upright),
    draw('sagittal', sagittal, upright),
    ...lungPictures({ volume, masks, lungs: survey.lungs, draft }).map(drawn),
    drawn({ name: 'lobes', view: { kind: 'figure' }, picture: lobeBars(involvement) }),
  ];
}

function viewOf({ kind, index, positionMm }: BodyPlane, images: PictureFacts['images']): PictureView {
  const image = images?.[index];
  const isNumbered = kind === 'transverse' && image !== undefined;
  return isNumbered ? { kind, index, positionMm, image } : { kind, index, positionMm };
}
