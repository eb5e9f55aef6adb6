import { opacityColour } from '../../pipeline/lobe-colours.ts';
import type { PipelineMasks } from '../../pipeline/types.ts';
import type { CtVolume } from '../../volume/types.ts';
import type { Picture } from '../picture.ts';
import { type BodyPlane, readPlane } from './body-plane.ts';
import { drawFurniture } from './draw-furniture.ts';
import { drawOutlines, type OutlineWidths } from './draw-outlines.ts';
import { greyPicture } from './grey-picture.ts';
import { lobeLineColours } from './picture-colours.ts';
import { reduceColours } from './reduce-colours.ts';

/** How large everything on a picture is, in pixels. */
export interface PictureScale {
  readonly perMm: number;
  /** Height of a capital. */
  readonly text: number;
  readonly widths: OutlineWidths;
}

/**
 * The scale, one for all, at which parts of planes just fit into a number of pixels each. Letters are as large on a
 * small picture as on a large one: a page shows it at a third of the width, where they are still to be read.
 */
export function scaleToFit(
  planes: readonly BodyPlane[],
  [height, width]: readonly [height: number, width: number],
): PictureScale {
  const perMm = Math.min(
    ...planes.map(({ sizeMm: [heightMm, widthMm] }) => Math.min(height / heightMm, width / widthMm)),
  );
  return width >= 500
    ? { perMm, text: 14, widths: { lobe: 1.4, opacity: 1.8 } }
    : { perMm, text: 14, widths: { lobe: 1.1, opacity: 1.4 } };
}

/**
 * A plane in the lung window with its lobes and opacities outlined, marks of the patient's sides and a scale bar. A mm
 * is as long down as to the right. It has at most 256 colours.
 */
export function planePicture(
  volume: CtVolume,
  masks: PipelineMasks,
  plane: BodyPlane,
  { perMm, text, widths }: PictureScale,
): Picture {
  const [heightMm, widthMm] = plane.sizeMm;
  const height = Math.max(1, Math.round(heightMm * perMm));
  const width = Math.max(1, Math.round(widthMm * perMm));
  const picture = greyPicture(readPlane(volume.data, plane), plane.size, [height, width]);
  const labels = (data: Uint8Array) => ({ data: readPlane(data, plane), size: plane.size });
  drawOutlines(picture, { lobes: labels(masks.lobes.data), opacities: labels(masks.opacities.data) }, widths);
  drawFurniture(picture, plane, text);
  return reduceColours(picture, [opacityColour, ...Object.values(lobeLineColours)]);
}
