import type { ReportSheet } from '../report-sheet.ts';
import type { Field } from '../sheet/identity.ts';
import { canSet } from './fonts.ts';
import {
  artifact,
  type Box,
  type Element,
  group,
  ink,
  type Pen,
  rectangle,
  set,
  setShortened,
  tagged,
  widthOf,
} from './pen.ts';

/** Title, hospital and what made it. */
export function drawTitle(pen: Pen, parent: Element, sheet: ReportSheet, { x, y, width }: Box): number {
  const { texts, site, algorithm, issued } = sheet;
  const style = { size: 15, bold: true };
  const titleWidth = widthOf(pen, texts.title, style);
  tagged(pen, parent, 'H1', () => set(pen, texts.title, { x, baseline: y + 15, width: titleWidth }, style));
  const right = { x: x + titleWidth + 16, width: width - titleWidth - 16 };
  const origin = `${algorithm} · ${texts.fields.issued}: ${issued}`;
  if (site !== '')
    tagged(pen, parent, 'P', () =>
      setShortened(
        pen,
        { label: '', text: site },
        { ...right, baseline: y + 8 },
        { size: 9, bold: true, align: 'right' },
      ),
    );
  tagged(pen, parent, 'P', () =>
    setShortened(
      pen,
      { label: texts.fields.algorithm, text: origin },
      { ...right, baseline: y + 18 },
      { size: 7, colour: ink.quiet, align: 'right' },
    ),
  );
  return y + 22;
}

/** The status, which nothing switches off, and what else the result is worth: white on dark, the darkest of the page. */
export function drawStatus(pen: Pen, parent: Element, sheet: ReportSheet, { x, y, width }: Box): number {
  const { texts, cautions } = sheet;
  const height = cautions.length > 0 ? 31 : 20;
  artifact(pen, () => {
    rectangle(pen, { x, y, width, height }, ink.dark);
    rectangle(pen, { x, y, width: 4, height }, ink.accent);
  });
  const line = { x: x + 12, width: width - 20 };
  tagged(pen, parent, 'P', () =>
    set(pen, texts.status, { ...line, baseline: y + 13.5 }, { size: 10.5, bold: true, colour: ink.light }),
  );
  if (cautions.length > 0)
    tagged(pen, parent, 'P', () =>
      set(pen, cautions.join(' '), { ...line, baseline: y + 25 }, { size: 8, colour: ink.light }),
    );
  return y + height;
}

/** Who and what was scanned, in three columns. */
export function drawIdentity(
  pen: Pen,
  parent: Element,
  { identity, texts }: ReportSheet,
  { x, y, width }: Box,
): number {
  const columns = 3;
  const rowHeight = 20;
  const height = Math.ceil(identity.length / columns) * rowHeight + 4;
  artifact(pen, () => rectangle(pen, { x, y, width, height }, ink.field));
  const list = group(pen, group(pen, parent, 'Sect', texts.headings.patient), 'L');
  identity.forEach((field, i) => {
    const columnWidth = width / columns;
    const left = x + 8 + (i % columns) * columnWidth;
    const top = y + 3 + Math.floor(i / columns) * rowHeight;
    drawField(pen, list, field, { x: left, y: top, width: columnWidth - 14, height: rowHeight }, i === 0);
  });
  return y + height;
}

function drawField(pen: Pen, list: Element, field: Field, { x, y, width }: Box, bold: boolean): void {
  const { label, value } = field;
  const item = group(pen, list, 'LI');
  tagged(pen, item, 'Lbl', () =>
    set(pen, label, { x, baseline: y + 6.5, width }, { size: 6.3, colour: ink.quiet }),
  );
  const text = nameOf(pen, field);
  const line = { x, baseline: y + 16, width };
  tagged(pen, item, 'LBody', () => {
    if (text === value) setShortened(pen, { label, text: value || '–' }, line, { size: 8.5, bold });
    else setShortened(pen, { label, text }, line, { size: 8.5, bold });
  });
}

/** A name with its other groups, as far as the font has them; HTML shows them all. */
function nameOf({ fonts }: Pen, { value, others = [] }: Field): string {
  const shown = others.filter((other) => canSet(fonts, other));
  return shown.length === 0 ? value : `${value} (${shown.join(', ')})`;
}
