import { lobeColours } from '../../pipeline/lobe-colours.ts';
import type { Lobe } from '../../pipeline/types.ts';
import type { ReportSheet } from '../report-sheet.ts';
import type { RegionRow } from '../sheet/involvement.ts';
import {
  artifact,
  type Box,
  type Element,
  fitted,
  group,
  ink,
  type Pen,
  rectangle,
  rule,
  set,
  tagged,
  widthOf,
} from './pen.ts';

const rowHeight = 13;
const size = 7.8;
const indentOf = (lobe: Lobe | undefined) => (lobe === undefined ? 0 : 12);
const numbers = ['percent', 'opacityMl', 'lungMl', 'score'] as const;

/** Involvement of lungs and lobes as a table with bars; small squares have the colours of the outlines in the pictures. */
export function drawInvolvement(
  pen: Pen,
  parent: Element,
  { involvement, texts: { columns, captions } }: ReportSheet,
  { x, y: top, width }: Omit<Box, 'height'>,
): number {
  const table = group(pen, group(pen, parent, 'Sect'), 'Table');
  const style = { size: 6.3, colour: ink.quiet } as const;
  const widths = [34, 52, 43, Math.max(34, widthOf(pen, columns.lobeScore, style) + 6)];
  const numbersWidth = widths.reduce((sum, one) => sum + one, 0);
  const labelWidths = involvement.rows.map(
    ({ label, lobe }) => indentOf(lobe) + widthOf(pen, label, { size, bold: lobe === undefined }),
  );
  const labelWidth = Math.min(width / 2, Math.max(...labelWidths) + 8);
  const bar = { x: x + labelWidth, width: width - numbersWidth - labelWidth };
  const cells = widths.map((cell, i) => ({
    x: x + width - numbersWidth + widths.slice(0, i).reduce((sum, one) => sum + one, 0),
    width: cell,
  }));

  const heading = { size: 8, bold: true };
  const headingWidth = widthOf(pen, captions.lobes, heading);
  const header = group(pen, table, 'TR');
  const baseline = top + 8;
  const scope = { scope: 'Column' } as const;
  tagged(
    pen,
    header,
    'TH',
    () => set(pen, captions.lobes, { x, baseline, width: headingWidth }, heading),
    scope,
  );
  [columns.involvement, columns.opacityMl, columns.lungMl, columns.lobeScore].forEach((text, i) => {
    const cell = cells[i];
    // The first column has what the heading leaves of the room above the bars.
    const room = i === 0 ? bar.x + bar.width - x - headingWidth - 6 : -3;
    if (cell !== undefined)
      tagged(
        pen,
        header,
        'TH',
        () => {
          const shown = fitted(pen, text, cell.width + room, style);
          set(
            pen,
            shown,
            { x: cell.x - room, baseline, width: cell.width + room },
            { ...style, align: 'right' },
            text,
          );
        },
        scope,
      );
  });
  artifact(pen, () => rule(pen, x, top + 11.5, width));

  let y = top + 13;
  for (const row of involvement.rows) {
    drawRow(pen, group(pen, table, 'TR'), row, { x, y, width: labelWidth }, bar, cells);
    y += rowHeight;
  }
  return y;
}

function drawRow(
  pen: Pen,
  row: Element,
  region: RegionRow,
  { x, y, width }: Omit<Box, 'height'>,
  bar: { readonly x: number; readonly width: number },
  cells: readonly { readonly x: number; readonly width: number }[],
): void {
  const { lobe, fraction, label } = region;
  const bold = lobe === undefined;
  const baseline = y + 9;
  const indent = indentOf(lobe);
  artifact(pen, () => {
    if (lobe !== undefined) {
      const [red, green, blue] = lobeColours[lobe];
      pen.document.rect(x + 2, y + 3, 6.5, 6.5).fill([red, green, blue]);
    }
    rectangle(pen, { x: bar.x, y: y + 3, width: bar.width, height: 6.5 }, ink.track);
    rectangle(pen, { x: bar.x, y: y + 3, width: bar.width * fraction, height: 6.5 }, ink.accent);
  });
  const style = { size, bold };
  const room = width - indent - 3;
  tagged(
    pen,
    row,
    'TH',
    () => set(pen, fitted(pen, label, room, style), { x: x + indent, baseline, width: room }, style, label),
    { scope: 'Row' },
  );
  numbers.forEach((name, i) => {
    const cell = cells[i];
    if (cell !== undefined)
      tagged(pen, row, 'TD', () =>
        set(pen, region[name], { ...cell, baseline }, { ...style, align: 'right' }),
      );
  });
}
