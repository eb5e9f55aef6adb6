import type { Picture } from '../picture.ts';

/** Lays a picture on another one, where it fits. */
export function pastePicture(
  sheet: Picture,
  { width, height, data }: Picture,
  left: number,
  top: number,
): void {
  for (let y = 0; y < height; y++) {
    sheet.data.set(data.subarray(3 * y * width, 3 * (y + 1) * width), 3 * ((top + y) * sheet.width + left));
  }
}
