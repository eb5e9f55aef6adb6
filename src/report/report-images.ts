import { encodePng, encodePngMeanwhile } from './encode-png.ts';
import { halfPicture } from './half-picture.ts';
import type { PictureName, ReportPicture } from './report-pictures.ts';

/** A picture with its file, which the documents share. */
export interface ReportImage extends ReportPicture {
  readonly png: Uint8Array;
}

/** The files of pictures, by name. */
export type PictureFiles = ReadonlyMap<PictureName, Uint8Array>;

/** Of all files of a report together: what is left of 1 MB is for texts and fonts. */
const maximalBytes = 900_000;

export interface EncodeOptions {
  /** Bytes of all files together. */
  readonly limit?: number;
  /** Those that are made already. */
  readonly files?: PictureFiles | undefined;
}

/**
 * The pictures as files, but for figures: the report draws those from the numbers. Where noise makes the files large,
 * those with the most pixels to a millimetre of paper are halved, all of one kind together, until they fit.
 */
export function encodePictures(
  pictures: readonly ReportPicture[],
  { limit = maximalBytes, files }: EncodeOptions = {},
): readonly ReportImage[] {
  let images = pictures
    .filter(hasFile)
    .map((one) => ({ ...one, png: files?.get(one.name) ?? encodePng(one.picture) }));
  const bytes = () => images.reduce((sum, { png }) => sum + png.length, 0);
  while (bytes() > limit) {
    const most = Math.max(...images.map(density));
    if (most < 100) break;
    images = images.map((image) => (density(image) < most ? image : halved(image)));
  }
  return images;
}

/**
 * Has the file of each picture made as soon as it is drawn, by other threads, while the next one is. Where one cannot be
 * made, `files` says so.
 */
export function encodeMeanwhile(): {
  readonly add: (one: ReportPicture) => void;
  readonly files: () => Promise<PictureFiles>;
} {
  const begun: Promise<readonly [PictureName, Uint8Array]>[] = [];
  const file = async ({ name, picture }: ReportPicture) => [name, await encodePngMeanwhile(picture)] as const;
  return {
    add: (one) => {
      if (!hasFile(one)) return;
      const making = file(one);
      // It may fail before anybody asks for it, or where nobody does as another picture failed: the thread would end.
      making.catch(() => undefined);
      begun.push(making);
    },
    files: async () => new Map(await Promise.all(begun)),
  };
}

function hasFile({ view }: ReportPicture): boolean {
  return view.kind !== 'figure';
}

function halved(image: ReportImage): ReportImage {
  const picture = halfPicture(image.picture);
  return { ...image, picture, png: encodePng(picture) };
}

/** Pixels to a third of the page's width: the most affected slice is shown three times as wide as the others. */
function density({ name, picture }: ReportPicture): number {
  return picture.width / (name === 'most-affected' ? 3 : 1);
}
