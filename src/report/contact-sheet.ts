import { blankPicture, type Picture } from './picture.ts';
import { pastePicture } from './pictures/paste-picture.ts';

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
    pastePicture(sheet, picture, left, top);
  });
  return sheet;
}
