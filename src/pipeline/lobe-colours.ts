import type { Lobe } from './types.ts';

export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Colours of the lobes wherever they are shown: in pictures, in DICOM Segmentation and on the reading page. They are told
 * apart by the colour-blind too (Okabe and Ito 2008).
 */
export const lobeColours: Readonly<Record<Lobe, Rgb>> = {
  RUL: [86, 180, 233],
  RML: [240, 228, 66],
  RLL: [0, 158, 115],
  LUL: [0, 114, 178],
  LLL: [204, 121, 167],
};
/** Vermilion. */
export const opacityColour: Rgb = [255, 64, 0];
