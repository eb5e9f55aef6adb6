import { contactSheet } from './contact-sheet.ts';
import type { Picture } from './picture.ts';
import type { ReportPicture } from './report-pictures.ts';

/** All pictures of a report on one sheet. */
export function summaryPicture(pictures: readonly ReportPicture[]): Picture {
  return contactSheet(
    pictures.map(({ picture }) => picture),
    3,
  );
}
