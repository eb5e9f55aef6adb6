import type { Notice } from '../../errors.ts';
import type { ReportSheet } from '../report-sheet.ts';
import { drawHeading } from './heading.ts';
import {
  artifact,
  type Box,
  type Element,
  group,
  ink,
  leading,
  type Pen,
  rectangle,
  set,
  tagged,
  wrapped,
} from './pen.ts';

const style = { size: 7.4 };
const lineHeight = style.size * leading;

/**
 * Warnings of the analysis, as many as there is room for, each of them whole.
 *
 * @returns those that are left, for the next page
 */
export function drawWarnings(
  pen: Pen,
  parent: Element,
  { warnings, texts, formats }: ReportSheet,
  box: Box,
): readonly Notice[] {
  if (warnings.length === 0) return [];
  const section = group(pen, parent, 'Sect');
  const top = drawHeading(pen, section, texts.headings.warnings, box);
  const room = Math.floor((box.y + box.height - top) / lineHeight);
  const set_ = warnings.map((warning) => ({ warning, lines: linesOf(pen, warning, box.width - 8) }));
  const total = set_.reduce((sum, { lines }) => sum + lines.length, 0);
  let left = total <= room ? room : room - 1;
  const shown = set_.filter(({ lines }) => {
    // What comes after one that is left is left too: the order says what matters most.
    left = lines.length <= left ? left - lines.length : -1;
    return left >= 0;
  });
  const y = drawWarningList(
    pen,
    section,
    shown.map(({ lines }) => lines),
    { ...box, y: top },
  );
  const rest = warnings.slice(shown.length);
  if (rest.length > 0) {
    const text = formats.count(texts.moreWarnings, rest.length);
    tagged(pen, section, 'P', () =>
      set(
        pen,
        text,
        { x: box.x + 8, baseline: y + style.size, width: box.width - 8 },
        { ...style, bold: true },
      ),
    );
  }
  return rest;
}

/** 'Text of the warning. (its-code)', in lines. */
export function linesOf(pen: Pen, { code, text }: Notice, width: number): readonly string[] {
  return wrapped(pen, `${text} (${code})`, width, style);
}

/** @returns where the last one ends */
export function drawWarningList(
  pen: Pen,
  section: Element,
  warnings: readonly (readonly string[])[],
  { x, y: top, width }: Omit<Box, 'height'>,
): number {
  const list = group(pen, section, 'L');
  let y = top;
  for (const lines of warnings) {
    artifact(pen, () => rectangle(pen, { x, y: y + 3, width: 3.2, height: 3.2 }, ink.accent));
    tagged(
      pen,
      list,
      'LI',
      () =>
        lines.forEach((line, i) => {
          set(pen, line, { x: x + 8, baseline: y + style.size + i * lineHeight, width: width - 8 }, style);
        }),
      // Warnings are in English in every report.
      { lang: 'en' },
    );
    y += lines.length * lineHeight;
  }
  return y;
}
