import { encodePng } from './encode-png.ts';
import type { ReportPicture } from './report-pictures.ts';

/** A picture with its file, which the documents share. */
export interface ReportImage extends ReportPicture {
  readonly png: Uint8Array;
}

export function encodePictures(pictures: readonly ReportPicture[]): readonly ReportImage[] {
  return pictures.map((one) => ({ ...one, png: encodePng(one.picture) }));
}
