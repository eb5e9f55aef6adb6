import type { lobes } from '../../pipeline/types.ts';
import type { Colour } from '../picture.ts';

/**
 * The colours of the lobes' outlines: those of the lobes, each scaled in linear light to a relative luminance of
 * 0.14 (CIE L* 44), so that the outline of an opacity (L* 57) is the lighter one beside any of them. Who sees no
 * colours at all sees that.
 */
export const lobeLineColours: Readonly<Record<(typeof lobes)[number], Colour>> = {
  RUL: [50, 111, 145],
  RML: [113, 107, 26],
  RLL: [0, 120, 86],
  LUL: [0, 110, 171],
  LLL: [146, 85, 119],
};

/** Letters, scale bars and axes. */
export const inkColour: Colour = [235, 235, 235];
export const dimInkColour: Colour = [150, 150, 150];
/** Around lines and letters, so that they stand out from whatever is below them. */
export const haloColour: Colour = [0, 0, 0];
