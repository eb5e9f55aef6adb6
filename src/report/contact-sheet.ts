import { blankPicture, type Picture } from './picture.ts';

const gap = 4;

/** Pictures side by side, `columns` in a row, left to right and top to bottom, each in a cell as large as the largest. */
export function contactSheet(pictures: readonly Picture[], columns: number): Picture {
  const width = Math.max(0, ...pictures.map((picture) => picture.width));
  const height = Math.max(0, ...pictures.map((picture) => picture.height));
  const across = Math.min(columns, pictures.length);
  const rows = Math.ceil(pictures.length / columns);
  const sheet = blankPicture(
    Math.max(0, across * (width + gap) - gap),
    Math.max(0, rows * (height + gap) - gap),
  );
  pictures.forEach((picture, i) => {
    const left = (i % columns) * (width + gap);
    const top = Math.floor(i / columns) * (height + gap);
    for (let y = 0; y < picture.height; y++) {
      const row = picture.data.subarray(3 * y * picture.width, 3 * (y + 1) * picture.width);
      sheet.data.set(row, 3 * ((top + y) * sheet.width + left));
    }
  });
  return sheet;
}
