import type { ReportSheet } from '../report-sheet.ts';
import type { Field } from '../sheet/identity.ts';
import {
  artifact,
  type Box,
  type Element,
  fitted,
  group,
  ink,
  type Pen,
  rectangle,
  set,
  setWrapped,
  tagged,
  wrapped,
} from './pen.ts';
import { type Printed, printedName } from './printed-name.ts';

const columns = 3;
const size = 8.5;
const lineHeight = 10.5;
const labelHeight = 9.5;
const padding = 8;
/** Of a name in its column: a longer one has a row of its own. */
const mostInColumn = 3;
/** Of a name in a row of its own: three groups of 64 characters, the most that a name has (PS3.5 6.2), take two. */
const mostInRow = 4;
/** Of what is no name; beneath a name with its own row, one. */
const mostOfOthers = 2;

interface Cell extends Printed {
  readonly label: string;
  readonly lines: readonly string[];
  readonly bold: boolean;
}

/** Who and what was scanned, in three columns. A name is wrapped and never shortened: page 1 says whose it is. */
export function drawIdentity(pen: Pen, parent: Element, sheet: ReportSheet, box: Box): number {
  const { x, y, width } = box;
  const columnWidth = width / columns;
  const inner = columnWidth - 14;
  const isLong = (lines: readonly string[]) => lines.length > mostInColumn;
  const names = sheet.identity
    .filter(({ isName }) => isName)
    .map((field) => nameCell(pen, sheet, field, inner));
  const long = names.filter(({ lines }) => isLong(lines));
  const most = long.length > 0 ? 1 : mostOfOthers;
  const others = sheet.identity
    .filter(({ isName }) => !isName)
    .map((field) => otherCell(pen, field, most, inner));
  const rows = [
    ...long.map((cell) => [widened(pen, cell, width - 2 * padding)]),
    ...rowsOf([...names.filter(({ lines }) => !isLong(lines)), ...others]),
  ];
  const heights = rows.map(
    (row) => labelHeight + lineHeight * Math.max(...row.map(({ lines }) => lines.length)),
  );
  const height = heights.reduce((sum, one) => sum + one, 4);
  artifact(pen, () => rectangle(pen, { x, y, width, height }, ink.field));
  const list = group(pen, group(pen, parent, 'Sect', sheet.texts.headings.patient), 'L');
  let top = y + 3;
  rows.forEach((row, i) => {
    const own = i < long.length ? width - 2 * padding : inner;
    row.forEach((cell, n) => {
      drawCell(pen, list, cell, { x: x + padding + n * columnWidth, y: top, width: own });
    });
    top += heights[i] ?? 0;
  });
  return y + height;
}

function nameCell(pen: Pen, { texts }: ReportSheet, field: Field, width: number): Cell {
  const printed = printedName(pen, field, texts);
  const lines = wrapped(pen, printed.shown, width, { size, bold: true });
  return { label: field.label, ...printed, lines, bold: true };
}

function otherCell(pen: Pen, { label, value }: Field, most: number, width: number): Cell {
  const shown = value || '–';
  const style = { size, bold: false };
  const lines = wrapped(pen, shown, width, style);
  return { label, shown, lines: cut(pen, { label, lines, most, style, width }), bold: false };
}

/** A name over the whole width. One that is longer than any may be is cut, and in full on the next page. */
function widened(pen: Pen, cell: Cell, width: number): Cell {
  const { label, shown, bold } = cell;
  const style = { size, bold };
  const lines = wrapped(pen, shown, width, style);
  return { ...cell, lines: cut(pen, { label, lines, most: mostInRow, style, width }) };
}

interface Cut {
  readonly label: string;
  readonly lines: readonly string[];
  readonly most: number;
  readonly style: { readonly size: number; readonly bold: boolean };
  readonly width: number;
}

function cut(pen: Pen, { label, lines, most, style, width }: Cut): readonly string[] {
  if (lines.length <= most) return lines;
  pen.shortened.push({ label, text: lines.join('') });
  const rest = lines.slice(most - 1).join('');
  return [...lines.slice(0, most - 1), fitted(pen, rest, width, style)];
}

function rowsOf(cells: readonly Cell[]): readonly (readonly Cell[])[] {
  return Array.from({ length: Math.ceil(cells.length / columns) }, (_, i) =>
    cells.slice(i * columns, (i + 1) * columns),
  );
}

function drawCell(
  pen: Pen,
  list: Element,
  { label, lines, bold, actual }: Cell,
  { x, y, width }: Omit<Box, 'height'>,
): void {
  const item = group(pen, list, 'LI');
  tagged(pen, item, 'Lbl', () =>
    set(pen, label, { x, baseline: y + 6.5, width }, { size: 6.3, colour: ink.quiet }),
  );
  tagged(pen, item, 'LBody', () =>
    setWrapped(pen, lines, { x, baseline: y + 16, width, lineHeight }, { size, bold }, actual),
  );
}
