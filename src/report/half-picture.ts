import { blankPicture, type Picture } from './picture.ts';

/** A picture of half the width and height: each pixel the mean of four. A last odd row or column is dropped. */
export function halfPicture({ width, height, data }: Picture): Picture {
  const half = blankPicture(Math.max(1, width >> 1), Math.max(1, height >> 1));
  const row = 3 * width;
  for (let y = 0; y < half.height; y++) {
    for (let x = 0; x < half.width; x++) {
      const to = 3 * (y * half.width + x);
      const from = 2 * y * row + 6 * x;
      for (let channel = 0; channel < 3; channel++) {
        const at = from + channel;
        const sum = (data[at] ?? 0) + (data[at + 3] ?? 0) + (data[at + row] ?? 0) + (data[at + row + 3] ?? 0);
        half.data[to + channel] = (sum + 2) >> 2;
      }
    }
  }
  return half;
}
