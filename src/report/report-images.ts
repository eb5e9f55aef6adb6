import { encodePng } from './encode-png.ts';
import { halfPicture } from './half-picture.ts';
import type { ReportPicture } from './report-pictures.ts';

/** A picture with its file, which the documents share. */
export interface ReportImage extends ReportPicture {
  readonly png: Uint8Array;
}

/** Of all files of a report together: what is left of 1 MB is for texts and fonts. */
const maximalBytes = 900_000;

/**
 * The pictures as files, but for figures: the report draws those from the numbers. Where noise makes the files large,
 * those with the most pixels to a millimetre of paper are halved, all of one kind together, until they fit.
 */
export function encodePictures(
  pictures: readonly ReportPicture[],
  limit = maximalBytes,
): readonly ReportImage[] {
  let images = pictures.filter(({ view }) => view.kind !== 'figure').map(encode);
  const bytes = () => images.reduce((sum, { png }) => sum + png.length, 0);
  while (bytes() > limit) {
    const most = Math.max(...images.map(density));
    if (most < 100) break;
    images = images.map((image) =>
      density(image) < most ? image : encode({ ...image, picture: halfPicture(image.picture) }),
    );
  }
  return images;
}

function encode(one: ReportPicture): ReportImage {
  return { ...one, png: encodePng(one.picture) };
}

/** Pixels to a third of the page's width: the most affected slice is shown three times as wide as the others. */
function density({ name, picture }: ReportPicture): number {
  return picture.width / (name === 'most-affected' ? 3 : 1);
}
