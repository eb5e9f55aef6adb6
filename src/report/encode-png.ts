import { PNG } from 'pngjs';
import type { Picture } from './picture.ts';

/** A picture as a PNG file of 8-bit colours without alpha. */
export function encodePng(picture: Picture): Uint8Array {
  return PNG.sync.write(picture, { colorType: 2, inputColorType: 2, inputHasAlpha: false });
}
