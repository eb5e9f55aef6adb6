import { type PlaneSize, resizePlane } from '../../volume/resize.ts';
import { lungWindow, windowHu } from '../../volume/window.ts';
import { blankPicture, type Picture } from '../picture.ts';
import { greyLevel, greys } from './grey-levels.ts';

/** HU [row, column] in the lung window, as a picture of `height` x `width` pixels. */
export function greyPicture(hu: Int16Array, from: PlaneSize, [height, width]: PlaneSize): Picture {
  const shown = windowHu(resizePlane(hu, from, [height, width]), lungWindow);
  const picture = blankPicture(width, height);
  const { data } = picture;
  for (let i = 0, p = 0; i < shown.length; i++, p += 3) {
    const grey = greys[greyLevel(shown[i] as number)] as number;
    data[p] = grey;
    data[p + 1] = grey;
    data[p + 2] = grey;
  }
  return picture;
}
