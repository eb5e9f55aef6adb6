import { maximalScore } from '../../pipeline/severity.ts';
import type { ReportSheet } from '../report-sheet.ts';
import type { TrendPoint } from '../sheet/trend.ts';
import { drawHeading } from './heading.ts';
import {
  artifact,
  type Box,
  type Element,
  fitted,
  group,
  ink,
  type Pen,
  rule,
  set,
  tagged,
  wrapped,
} from './pen.ts';

const rowHeight = 9.5;
/** Points from which on they would touch. */
const crowd = 12;

/** Earlier results and this one: the last of them in a table, all of them as two lines over time. */
export function drawTrend(pen: Pen, parent: Element, sheet: ReportSheet, box: Box): void {
  const { trend, texts, formats } = sheet;
  if (trend === undefined) return;
  const { x, width } = box;
  const section = group(pen, parent, 'Sect');
  const top = drawHeading(pen, section, texts.headings.previous, box);
  const notes = 2;
  const room = Math.floor((box.y + box.height - top - (notes + 1) * rowHeight) / rowHeight);
  const fits = Math.max(2, room);
  const hidden = Math.max(0, trend.points.length - fits);
  const shown = trend.points.slice(hidden);
  const tableWidth = width * 0.66;
  const columns = [
    { x, width: tableWidth * 0.3, align: 'left' },
    { x: x + tableWidth * 0.3, width: tableWidth * 0.16, align: 'right' },
    { x: x + tableWidth * 0.46, width: tableWidth * 0.14, align: 'right' },
    { x: x + tableWidth * 0.63, width: tableWidth * 0.37, align: 'left' },
  ] as const;

  const table = group(pen, section, 'Table');
  const { date, score, algorithm } = texts.columns;
  drawCells(pen, group(pen, table, 'TR'), 'TH', [date, '%', score, algorithm], columns, top, {
    colour: ink.quiet,
  });
  let y = top + rowHeight;
  for (const point of shown) {
    const version = point.isOfOtherVersion ? `${point.version || '–'} *` : point.version;
    const cells = [point.date, point.percent, point.score, version];
    drawCells(pen, group(pen, table, 'TR'), 'TD', cells, columns, y, { bold: point.isThis });
    y += rowHeight;
  }
  const style = { size: 6.3, colour: ink.quiet };
  const remarks = [
    ...(hidden > 0 ? [formats.count(texts.earlierResults, hidden)] : []),
    ...(trend.isMixed ? [`* ${texts.otherVersion}`] : []),
  ].join('. ');
  const lines = wrapped(pen, remarks, tableWidth, style).slice(0, notes);
  if (lines.length > 0)
    tagged(pen, section, 'Note', () =>
      lines.forEach((line, i) => {
        set(pen, line, { x, baseline: y + 7 + i * 8, width: tableWidth }, style);
      }),
    );
  drawLines(pen, section, sheet, trend.points, {
    x: x + tableWidth + 30,
    y: top + 2,
    width: width - tableWidth - 34,
    height: Math.min(box.y + box.height - top - 6, Math.max(y - top - 2, 52)),
  });
}

function drawCells(
  pen: Pen,
  row: Element,
  type: 'TH' | 'TD',
  cells: readonly string[],
  columns: readonly { readonly x: number; readonly width: number; readonly align: 'left' | 'right' }[],
  y: number,
  style: { readonly bold?: boolean; readonly colour?: string },
): void {
  columns.forEach(({ x, width, align }, i) => {
    const text = cells[i] ?? '';
    const own = { size: type === 'TH' ? 6.3 : 7.2, align, ...style };
    tagged(pen, row, type, () =>
      set(pen, fitted(pen, text, width, own), { x, baseline: y + 7, width }, own, text),
    );
  });
}

/** Involvement above, score below; points of other versions are hollow. */
function drawLines(
  pen: Pen,
  section: Element,
  { texts }: ReportSheet,
  points: readonly TrendPoint[],
  { x, y, width, height }: Box,
): void {
  const highest = Math.max(10, ...points.map(({ involvementPercent }) => involvementPercent));
  const lines = [
    { name: '%', colour: ink.accent, of: (point: TrendPoint) => point.involvementPercent / highest },
    {
      name: texts.columns.score,
      colour: ink.dark,
      of: (point: TrendPoint) => point.severityScore / maximalScore,
    },
  ];
  const gap = 6;
  const own = (height - gap) / lines.length;
  artifact(pen, () => {
    lines.forEach(({ name, colour }, i) => {
      const bottom = y + (i + 1) * own + i * gap;
      rule(pen, x, bottom, width);
      set(pen, name, { x: x - 32, baseline: bottom - 1, width: 28 }, { size: 5.8, colour, align: 'right' });
    });
  });
  tagged(
    pen,
    section,
    'Figure',
    () => {
      lines.forEach(({ colour, of }, i) => {
        const bottom = y + (i + 1) * own + i * gap;
        const placed = points.map((point) => ({
          point,
          left: x + 3 + point.at * (width - 6),
          top: bottom - of(point) * (own - 3),
        }));
        placed.forEach(({ left, top }, n) => {
          if (n === 0) pen.document.moveTo(left, top);
          else pen.document.lineTo(left, top);
        });
        pen.document.lineWidth(0.9).stroke(colour);
        for (const { point, left, top } of placed) {
          const radius = points.length > crowd ? 0.9 : 1.7;
          const dot = pen.document.circle(left, top, point.isThis ? 2.4 : radius).lineWidth(0.8);
          dot.fillAndStroke(point.isOfOtherVersion ? ink.light : colour, colour);
        }
      });
    },
    { alt: texts.alternatives.trend },
  );
}
