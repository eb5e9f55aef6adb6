import type { ReportSheet } from '../report-sheet.ts';
import { artifact, type Box, ink, type Pen, rule, set } from './pen.ts';

export const footHeight = 22;

/** At the foot of every page: its status again, and which page it is. */
export function drawFoots(
  pen: Pen,
  { texts, formats }: ReportSheet,
  { x, y, width }: Omit<Box, 'height'>,
): void {
  const hasBoxes = pen.boxed.size > 0;
  const { count } = pen.document.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    pen.document.switchToPage(page);
    artifact(
      pen,
      () => {
        rule(pen, x, y + 2, width);
        set(pen, texts.status, { x, baseline: y + 11, width }, { size: 7.4, bold: true });
        set(
          pen,
          texts.page(formats.whole(page + 1), formats.whole(count)),
          { x, baseline: y + 11, width },
          { size: 7.4, align: 'right' },
        );
        const { size: length } = new Set(pen.shortened.map(({ text }) => text));
        const notes = [
          ...(page === 0 && length > 0 ? [formats.count(texts.moreTexts, length)] : []),
          ...(hasBoxes ? [texts.boxes] : []),
        ];
        // Its box is what the line is about, and no letter of it.
        if (notes.length > 0)
          set(
            pen,
            notes.join(' '),
            { x, baseline: y + 19.5, width },
            { size: 6.6, bold: true, colour: ink.accent },
          );
      },
      'Pagination',
    );
  }
}
