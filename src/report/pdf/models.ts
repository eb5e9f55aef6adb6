import type { ReportSheet } from '../report-sheet.ts';
import type { ModelUse } from '../sheet/models.ts';
import { drawHeading } from './heading.ts';
import {
  type Box,
  type Element,
  fitted,
  group,
  ink,
  type Pen,
  set,
  setShortened,
  tagged,
  wrapped,
} from './pen.ts';

const size = 6.6;
const lineHeight = 8.6;
/** Of the checksum: enough to tell files apart by eye. HTML has all of it. */
const digits = 16;
const linesOfUse = { one: 2, several: 1 };
const shares = [0.2, 0.36, 0.24, 0.2];

/** How much room `drawModels` takes. */
export function heightOfModels(pen: Pen, sheet: ReportSheet, width: number): number {
  const uses = usesOf(pen, sheet, width).reduce((sum, { lines }) => sum + lines.length, 0);
  return 14 + (1 + sheet.models.rows.length + uses + 2) * lineHeight + 3;
}

/** What made the result: models, what they are for, and the names of everything. */
export function drawModels(pen: Pen, parent: Element, sheet: ReportSheet, box: Omit<Box, 'height'>): void {
  const { texts, models, origin } = sheet;
  const { x, width } = box;
  const section = group(pen, parent, 'Sect');
  let y = drawHeading(pen, section, texts.headings.models, box);
  const table = group(pen, section, 'Table');
  const { task, model, checksum, ranOn } = texts.columns;
  drawRow(pen, group(pen, table, 'TR'), 'TH', [task, model, checksum, ranOn], '', { x, y, width });
  for (const row of models.rows) {
    y += lineHeight;
    const named = row.udi === '' ? row.model : `${row.model} · UDI-DI ${row.udi}`;
    const cells = [row.task, named, `${row.sha256.slice(0, digits)}…`, row.ranOn];
    drawRow(pen, group(pen, table, 'TR'), 'TD', cells, model, { x, y, width });
  }
  y += lineHeight + 2;
  for (const { lines, use, isShortened } of usesOf(pen, sheet, width)) {
    if (isShortened) pen.shortened.push({ label: texts.headings.models, text: textOf(use, sheet) });
    tagged(
      pen,
      section,
      'P',
      () =>
        lines.forEach((line, i) => {
          set(pen, line, { x, baseline: y + size + i * lineHeight, width }, { size });
        }),
      { lang: 'en' },
    );
    y += lines.length * lineHeight;
  }
  const list = group(pen, section, 'L');
  origin.forEach(({ label, value }, i) => {
    const half = width / 2;
    const line = {
      x: x + (i % 2) * half,
      baseline: y + size + Math.floor(i / 2) * lineHeight,
      width: half - 6,
    };
    tagged(pen, list, 'LI', () =>
      setShortened(pen, { label, text: texts.labelled(label, value) }, line, {
        size: 6.2,
        colour: ink.quiet,
      }),
    );
  });
}

function drawRow(
  pen: Pen,
  row: Element,
  type: 'TH' | 'TD',
  cells: readonly string[],
  label: string,
  { x, y, width }: Omit<Box, 'height'>,
): void {
  const style = type === 'TH' ? { size: 6.3, colour: ink.quiet } : { size };
  let left = x;
  shares.forEach((share, i) => {
    const own = share * width - 6;
    const line = { x: left, baseline: y + size, width: own };
    const text = cells[i] ?? '';
    tagged(pen, row, type, () => {
      if (type === 'TH') set(pen, fitted(pen, text, own, style), line, style, text);
      else setShortened(pen, { label, text }, line, style);
    });
    left += share * width;
  });
}

function textOf({ of, intendedUse, trainingData }: ModelUse, { texts }: ReportSheet): string {
  const { labelled } = texts;
  const said = `${labelled(texts.intendedUse, intendedUse)} ${labelled(texts.trainingData, trainingData)}`;
  return of === '' ? said : `${of} – ${said}`;
}

function usesOf(pen: Pen, sheet: ReportSheet, width: number) {
  const { uses } = sheet.models;
  const most = uses.length > 1 ? linesOfUse.several : linesOfUse.one;
  return uses.map((use) => {
    const all = wrapped(pen, textOf(use, sheet), width, { size });
    const isShortened = all.length > most;
    const last = all.slice(most - 1).join('');
    const lines = isShortened ? [...all.slice(0, most - 1), fitted(pen, last, width, { size })] : all;
    return { use, lines, isShortened };
  });
}
