import type { PipelineMasks } from '../pipeline/types.ts';
import { lobes } from '../pipeline/types.ts';
import type { CtVolume, LabelMap } from '../volume/types.ts';
import { drawContours, type LabelPlane } from './draw-contours.ts';
import type { Colour, Picture } from './picture.ts';
import { slicePicture } from './slice-picture.ts';

/** Outlines of the lobes; told apart by the colour-blind too (Okabe and Ito 2008). */
export const lobeColours: Readonly<Record<(typeof lobes)[number], Colour>> = {
  RUL: [86, 180, 233],
  RML: [240, 228, 66],
  RLL: [0, 158, 115],
  LUL: [0, 114, 178],
  LLL: [204, 121, 167],
};
export const opacityColour: Colour = [255, 64, 0];

const byLabel = new Map(lobes.map((lobe, index) => [index + 1, lobeColours[lobe]]));
const opacity = new Map([[1, opacityColour]]);

/** One slice in the lung window with the outlines of its lobes and, over them, of its opacities. */
export function overlayPicture(volume: CtVolume, masks: PipelineMasks, z: number, width: number): Picture {
  const picture = slicePicture(volume, z, width);
  drawContours(picture, planeOf(masks.lobes, z), byLabel);
  drawContours(picture, planeOf(masks.opacities, z), opacity);
  return picture;
}

function planeOf({ data, shape }: LabelMap, z: number): LabelPlane {
  const [, rows, columns] = shape;
  return { data: data.subarray(z * rows * columns, (z + 1) * rows * columns), size: [rows, columns] };
}
