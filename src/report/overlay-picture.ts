import type { PipelineMasks } from '../pipeline/types.ts';
import type { CtVolume } from '../volume/types.ts';
import type { Picture } from './picture.ts';
import { bodyPlane } from './pictures/body-plane.ts';
import { shownBox } from './pictures/choose-planes.ts';
import { pictureAlone } from './pictures/picture-alone.ts';
import { planePicture, scaleToFit } from './pictures/plane-picture.ts';
import { surveyMasks } from './pictures/survey-masks.ts';

/**
 * One transverse slice as the report shows it: the part around the lungs, the same on every slice, in the lung window
 * with its lobes and opacities outlined, R and L and a scale bar; below it its position and what it is worth.
 *
 * @param z index of the slice, feet to head
 * @param width of the picture, pixels
 */
export function overlayPicture(volume: CtVolume, masks: PipelineMasks, z: number, width: number): Picture {
  const box = shownBox(surveyMasks(masks), volume.spacingMm);
  const plane = bodyPlane(volume, 'transverse', z, box);
  const picture = planePicture(volume, masks, plane, scaleToFit([plane], [Infinity, width]));
  const { index, positionMm } = plane;
  return pictureAlone({ picture, view: { kind: 'transverse', index, positionMm } });
}
