import type { Notice } from '../../errors.ts';
import type { ReportSheet } from '../report-sheet.ts';
import { drawStatus } from './head.ts';
import { drawHeading } from './heading.ts';
import {
  type Box,
  type Element,
  group,
  ink,
  leading,
  type Pen,
  set,
  setWrapped,
  tagged,
  wrapped,
} from './pen.ts';
import { printedName } from './printed-name.ts';
import { drawWarningList, linesOf } from './warnings.ts';

const style = { size: 8 };
const lineHeight = style.size * leading;
/** Whose pages they are: what no name and no id is longer than. */
const mostOfWhose = 5;

/**
 * What page 1 has no room for, by design and not by accident: the warnings that are left, then the texts that were
 * shortened, on as many pages as they take.
 */
export function drawContinued(
  pen: Pen,
  parent: Element,
  sheet: ReportSheet,
  warnings: readonly Notice[],
  page: Box,
): void {
  const said = pen.shortened.map(({ label, text }) =>
    label === '' || text.startsWith(label) ? text : sheet.texts.labelled(label, text),
  );
  const texts = [...new Set(said)];
  if (warnings.length === 0 && texts.length === 0) return;
  const { x, width } = page;
  const bottom = page.y + page.height;
  const section = group(pen, parent, 'Sect');
  let y = begin(pen, section, sheet, page);
  const roomFor = (height: number) => {
    if (y + height > bottom) y = begin(pen, section, sheet, page);
  };

  if (warnings.length > 0) {
    y = drawHeading(pen, section, sheet.texts.headings.warnings, { x, y, width });
    for (const warning of warnings) {
      // A line at a time: one warning may be longer than a page.
      for (const lines of parts(linesOf(pen, warning, width - 8))) {
        roomFor(lines.length * lineHeight);
        y = drawWarningList(pen, section, [lines], { x, y, width });
      }
    }
    y += 8;
  }
  for (const text of texts) {
    for (const lines of parts(wrapped(pen, text, width, style))) {
      roomFor(lines.length * lineHeight);
      tagged(pen, section, 'P', () =>
        lines.forEach((line, i) => {
          set(pen, line, { x, baseline: y + style.size + i * lineHeight, width }, style);
        }),
      );
      y += lines.length * lineHeight;
    }
    y += 3;
  }
}

const most = 40;
function parts(lines: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(lines.length / most) }, (_, i) =>
    lines.slice(i * most, (i + 1) * most),
  );
}

/** A further page, which says of whom it is. @returns where its text begins */
function begin(pen: Pen, section: Element, sheet: ReportSheet, page: Box): number {
  pen.document.addPage();
  const { x, width } = page;
  tagged(pen, section, 'H2', () =>
    set(
      pen,
      `${sheet.texts.title} – ${sheet.texts.headings.continued}`,
      { x, baseline: page.y + 12, width },
      { size: 11, bold: true },
    ),
  );
  const whose = sheet.identity
    .map((field) => ({
      ...field,
      ...(field.isName ? printedName(pen, field, sheet.texts) : { shown: field.value }),
    }))
    .filter(({ shown }) => shown !== '')
    .slice(0, 3)
    .map(({ label, shown }) => sheet.texts.labelled(label, shown))
    .join(' · ');
  const style = { size: 8, colour: ink.quiet };
  const lines = wrapped(pen, whose, width, style).slice(0, mostOfWhose);
  tagged(pen, section, 'P', () =>
    setWrapped(pen, lines, { x, baseline: page.y + 24, width, lineHeight }, style),
  );
  const top = page.y + 30 + (lines.length - 1) * lineHeight;
  return drawStatus(pen, section, sheet, { ...page, y: top }) + 10;
}
