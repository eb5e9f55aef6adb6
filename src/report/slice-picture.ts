import { resizePlane } from '../volume/resize.ts';
import type { CtVolume } from '../volume/types.ts';
import { lungWindow, type WindowHu, windowHu } from '../volume/window.ts';
import { blankPicture, type Picture } from './picture.ts';

/**
 * One transverse slice in greys, as it is looked at: from the feet, the patient's right on the left, front above.
 * Its height follows from the spacing, so that a circle stays one.
 *
 * @param z index of the slice, feet to head
 * @param width of the picture, pixels
 */
export function slicePicture(
  { data, shape, spacingMm }: CtVolume,
  z: number,
  width: number,
  window: WindowHu = lungWindow,
): Picture {
  const [, rows, columns] = shape;
  const height = Math.max(1, Math.round((width * rows * spacingMm[1]) / (columns * spacingMm[2])));
  const slice = data.subarray(z * rows * columns, (z + 1) * rows * columns);
  const grey = windowHu(resizePlane(slice, [rows, columns], [height, width]), window);
  const picture = blankPicture(width, height);
  grey.forEach((value, i) => {
    picture.data.fill(Math.round(255 * value), 3 * i, 3 * i + 3);
  });
  return picture;
}
