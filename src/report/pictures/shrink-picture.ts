import { resizePlane } from '../../volume/resize.ts';
import { blankPicture, type Picture } from '../picture.ts';

/** A picture made smaller, by area averages, to fit into so many pixels; one that fits is given back as it is. */
export function shrinkPicture(
  picture: Picture,
  most: { readonly width: number; readonly height: number },
): Picture {
  const factor = Math.min(most.width / picture.width, most.height / picture.height);
  if (factor >= 1) return picture;
  const { width, height, data } = picture;
  const small = blankPicture(
    Math.max(1, Math.floor(width * factor)),
    Math.max(1, Math.floor(height * factor)),
  );
  const channel = new Uint8Array(width * height);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < channel.length; i++) channel[i] = data[3 * i + c] as number;
    const resized = resizePlane(channel, [height, width], [small.height, small.width]);
    for (let i = 0; i < resized.length; i++) small.data[3 * i + c] = Math.round(resized[i] as number);
  }
  return small;
}
